"""Plain words: the command, or the question, that people's own words stand for. Pure; nothing is guessed.

What only shows something runs at once. What changes or ends something for a channel is offered as a button.
"""

import re
from collections.abc import Iterable
from functools import cache

from bot.app.plain.phrases import AFTER_SEARCHES, GREETINGS, LATER_PHRASES, NEWS_SIGNS, NEWS_WORDS, PHRASES
from bot.app.plain.reading import HELP, LONGEST, Reading
from bot.app.plain.rule import Rule
from bot.app.plain.talk import talk_of
from bot.domain.card import Button
from bot.domain.categories import is_category
from bot.domain.paper_source import find_ids
from bot.domain.purpose import pointed_at
from bot.domain.text import fuzzy
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later

LONGEST_PHRASE = 200
"""Longer text isn't a phrase; patterns stay fast."""

_SIGNS = {"?", "+1", "-1", "👍", "👎"}

HELP_WORDS = frozenset({"help", "?", "-h", "--help", "-help", "/?", "/help"})
_POLITE = later(
    r"^(?:(?:hey|hi|hello|yo|sup|heya|hiya|good morning|morning|ok|okay|so|please|pls|plz|kindly|just|"
    r"(?:can|could|would|will) (?:you|we|i)(?: please)?|"
    r"i(?: would|'d) (?:like|love)(?: you)? to|(?:i|we) (?:want|need)(?: you)? to|let'?s|lets|help me(?: to)?|"
    r"@?paperlark|dear bot|bot)\s*[,!:]?\s+)+",
    re.IGNORECASE,
)
_COURTESY = later(
    r"(?:,?\s+(?:(?:pretty )?please|pls|plz|bitte|thanks?(?: a lot| so much)?|thank you(?: (?:so|very) much)?|thx"
    r"|ty|cheers|if you (?:can|could)|when you can|will you|would you|asap|for (?:me|us)|bot|paperlark))+[\s.!?]*$",
    re.IGNORECASE,
)
_LAST_SIGN = later(r"(?:(?<!\b[A-Z])(?<!\b[JS]r)(?<!\bal)\.|[!?…,;:]|\s)+$")
"""Signs at the end that belong to no name: "King Jr." keeps its full stop."""
_POLITE_END = later(
    r"(?:,?\s+(?:(?:pretty )?please|pls|plz|thanks|thank you|thx|ty|cheers|bitte|for (?:me|us)))+$", re.IGNORECASE
)
_END = later(r"[\s.!?,;:…]+$")
_AFTER_NAME = later(r"^(?:[\s.,:;!?…，：、]|[-–—]+(?=\s))+")
_QUESTION = later(r"(?:what|how|why|which|who|where|when|does|did|do|is|are|was|were)\b(?: \S+){2,}\?", re.IGNORECASE)
"""A question of three words or more, without the number or "this" that says which paper of the thread is meant."""
_NAME = later(r"(?:[^\W\d_a-z][\w.'’-]{0,30}\s+){1,3}[^\W\d_a-z][\w'’-]{1,30}")
"""Two to four words, each with a capital or in a script without capitals."""


_BEFORE_THING = later(
    r"^(?:(?:the|all|any|some|those|these|my|our|more|anything|everything|things|stuff|papers?|work|topic|author|category)"
    r"(?: (?:on|about|from|by|in|with|like|related to))? )+",
    re.IGNORECASE,
)
_AFTER_THING = later(
    r"(?: (?:posts?|publish(?:es|ed)?|writes?|uploads?|releases?|puts? out|has|gets?)"
    r"(?: (?:something|anything|stuff|(?:a |an? new |new )?papers?|out))*(?: new)?| papers?| stuff| things?| articles?"
    r"| (?:from|off|to|in) (?:my|our|the|this|your) (?:list|digest|channel|follows|feed|watch ?list|following)"
    r"| too| as well| either| anymore| any more| here| now| again| at all| asap| for (?:me|us|now))+$",
    re.IGNORECASE,
)
_MOST_FOLLOWED = 6
"""Words of what a person may want to follow."""
_SHOW_HELP = Reading("/paperlark")


def reading_of(text: str) -> Reading | None:
    """Return what `text` stands for by the phrases that people use; None if it is none of them."""
    return greeting_in(text) or talk_of(text) or phrase_in(text) or after_searches(text)


def phrase_in(text: str) -> Reading | None:
    """Return what `text` stands for by the phrases that are tried first."""
    return _matched(simplified(text), PHRASES)


def greeting_in(text: str) -> Reading | None:
    """Return the help for a greeting, and for text without a letter."""
    if not any(map(str.isalnum, text)) and text not in _SIGNS:
        return _SHOW_HELP
    return _SHOW_HELP if _without_names(fold(_END.sub("", text))) in GREETINGS else None


def after_searches(text: str) -> Reading | None:
    """Return what `text` stands for by phrases that are tried after searches with filters."""
    return _matched(simplified(text), AFTER_SEARCHES)


def later_reading_of(text: str) -> Reading | None:
    """Return what `text` stands for by phrases that are too general for text that begins with a command's name."""
    return _matched(simplified(text), LATER_PHRASES)


def news_in(text: str) -> Reading | None:
    """Return today's digest for words that ask what is new, in any order."""
    words = fold(text).split()
    return Reading("/digest") if NEWS_WORDS.issuperset(words) and not NEWS_SIGNS.isdisjoint(words) else None


def is_question(text: str) -> bool:
    """Return True if `text` asks something about a paper, which a number or "this" may name first."""
    return _QUESTION.fullmatch(pointed_at(text)[1]) is not None


def misspelled(word: str, rest: str, names: Iterable[str]) -> tuple[Button, ...]:
    """Return the commands that a misspelled first word may be, nearest first."""
    most = 1 if len(word) < 5 else 2
    near = sorted((distance, name) for name in names if 0 < (distance := fuzzy.distance(word.lower(), name)) <= most)
    said = f" {rest}" if rest else ""
    nearest = [name for distance, name in near if distance == near[0][0]][:2]
    return tuple(Button(shorten(f"/{name}{said}", LONGEST), f"/{name}{said}") for name in nearest)


def is_name(text: str) -> bool:
    """Return True for two to four words that may be a person's name."""
    return _NAME.fullmatch(text) is not None


def guesses(text: str) -> tuple[Button, ...]:
    """Return what unknown words may stand for, besides the words of a search."""
    bare = shorten(_END.sub("", text), LONGEST).rstrip("…").lstrip("/-")
    people = (Button(f"Author {bare}", f"/author {bare}"),) if is_name(bare) else ()
    follow = (Button(f"Follow “{bare}”", f"/follow {bare}"),) if len(bare.split()) <= _MOST_FOLLOWED else ()
    return (*people, *follow, HELP)


def around_mention(before: str, after: str) -> str:
    """Return what a person says to the bot, from the texts before and after its name.

    What follows the name is meant; a paper named before it, or all of it if nothing but courtesy follows.
    """
    before, after = _END.sub("", before).strip(), _AFTER_NAME.sub("", after).strip()
    if not before or reading_of(before) == _SHOW_HELP:
        return after or before
    if not _END.sub("", after) or _is_courtesy(after):
        return before
    return f"{after} {before}" if find_ids(before) and not find_ids(after) else after


def _is_courtesy(text: str) -> bool:
    return greeting_in(text) is not None or talk_of(text) is not None or not without_courtesy(text)


def asks_help(rest: str) -> bool:
    """Return True if the text after a command's name only asks for help."""
    return rest.strip().lower().rstrip("!.") in HELP_WORDS


def without_courtesy(text: str) -> str:
    """Return the text after a command's name without a final "please" or "thanks"."""
    return _LAST_SIGN.sub("", _COURTESY.sub("", f" {text}")).strip()


def simplified(text: str) -> str:
    """Return the words without politeness and final punctuation; letters keep their case."""
    bare = _END.sub("", text.replace("’", "'"))
    while (shorter := _END.sub("", _POLITE_END.sub("", _POLITE.sub("", bare, count=1) or bare) or bare)) != bare:
        bare = shorter
    return " ".join(bare.split())


def _without_names(folded: str) -> str:
    return re.sub(r"(?: (?:there|all|everyone|everybody|team|paperlark|bot|again|folks|guys|friend))+$", "", folded)


def _filled(rule: Rule, said: str) -> Reading:
    """Return the rule's command or question with what was said in it."""
    if rule.command.startswith("/papers") and is_category(said):
        said = f"cat:{said}"
    if rule.ask or rule.command == "/follow {x}":
        said = _thing(said)
    if not rule.ask:
        return Reading(rule.command.replace("{x}", said))
    said = shorten(said, LONGEST).rstrip("…")
    offers = tuple(Button(label.replace("{x}", said), command.replace("{x}", said)) for label, command in rule.offers)
    return Reading(sentence=rule.ask.replace("{x}", said), offers=(*offers, HELP))


def _thing(said: str) -> str:
    """Return the name in "the math stuff", "any papers on surveys" and "Sergey Levine posts something"."""
    return _AFTER_THING.sub("", _BEFORE_THING.sub("", said)).strip(" ,.") or said


def _matched(simple: str, rules: tuple[Rule, ...]) -> Reading | None:
    for rule in rules if len(simple) <= LONGEST_PHRASE else ():
        if found := _compiled(rule.pattern).fullmatch(simple):
            said = found.groupdict()
            return _filled(rule, (said.get("x") or said.get("y") or "").strip())
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return later(pattern, re.IGNORECASE)
