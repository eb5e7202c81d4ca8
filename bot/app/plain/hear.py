"""The router of plain words: what text without a slash means, by the first of its readers that understands it. Pure.

Anything gives a reading: what nobody understands is searched, and the answer says so.
"""

import re
from collections.abc import Collection

from bot.app.plain.bags import bag_of, mail_in
from bot.app.plain.consent import begins_change, is_negated, label_of, names_change, orders_in, refused
from bot.app.plain.paper import about_paper
from bot.app.plain.reading import HELP, LONGEST, Reading, without_pictures
from bot.app.plain.rule import words_of
from bot.app.plain.search import SpokenSearch, search_in
from bot.app.plain.settings import settings_in
from bot.app.plain.talk import talk_of
from bot.app.plain.words import (
    after_searches,
    greeting_in,
    guesses,
    is_name,
    later_reading_of,
    misspelled,
    news_in,
    phrase_in,
    simplified,
    without_courtesy,
)
from bot.domain.card import Button
from bot.domain.categories import is_category, name_of
from bot.domain.command_spec import first_word
from bot.domain.purpose import is_number
from bot.domain.text.clean import shorten
from bot.domain.text.pattern import later
from bot.domain.wording import listed

_HOW = later(
    r"(?:(?:how|where|when)(?: do| can| could| would| should|'s| is| does)?(?: i| we| you| one)?(?: to)?"
    r"|is there (?:a|any) way (?:to|of)|(?:do you know|tell me|show me) how (?:to|i can)) (?P<order>.+)",
    re.IGNORECASE,
)
_WHAT = later(
    r"what(?:(?:'s| is) /(?P<one>\w+)|(?: does|'s| is| do) (?:the )?/?(?P<two>\w+)(?: command| button)? (?:do|mean|for)"
    r"| happens (?:if|when) (?:i|we|you) /?(?P<three>\w+)).*",
    re.IGNORECASE,
)
_FILTER = later(r'(?<!\S)-?(?:author|authors|au|by|cat|category|from|since|to|until|has):(?="?\w)', re.IGNORECASE)
_LONGEST_SEARCH = 200
_SHORT = 8
"""Words of a text that may be a search with filters although it doesn't ask for papers."""
_SEARCH = "papers"


def heard(text: str, names: Collection[str]) -> Reading:
    """Return what `text` means; `names` are the commands that people type."""
    said = without_pictures(text)
    several = _several(said, names)
    return several or _one(said, names)


def searched(text: str) -> Reading:
    """Return the search for words that nothing else understood; the answer says that it is one."""
    short = shorten(text, _LONGEST_SEARCH).rstrip("…")
    search = search_in(simplified(short))
    query = short if _FILTER.search(short) else search.query or search.words or short
    note = f"I searched for “{shorten(search.words or short, 80)}”."
    return Reading(f"/{_SEARCH} {query}", offers=guesses(search.words or short), note=note)


def _several(said: str, names: Collection[str]) -> Reading | None:
    """Return the question which of several orders to run; None if there is one."""
    orders = orders_in(said)
    if len(orders) < 2 or is_negated(said):
        return None
    offers: list[Button] = []
    for order in orders:
        reading = _one(order, names)
        if reading.note:
            return None
        offers += [Button(label_of(reading.command), reading.command)] if reading.command else reading.offers[:1]
    return Reading(sentence="One at a time: press what you want.", offers=tuple(offers))


def _one(said: str, names: Collection[str]) -> Reading:
    word, rest = first_word(said)
    if _name(word) not in names:
        word, rest = first_word(simplified(said))
    named = _name(word) if _name(word) in names else ""
    if named == "digest" and _is_syntax(said, named):
        return Reading(f"/digest {rest}")
    return (
        _without_name(said, named)
        or _with_name(said, named, rest)
        or _as_search(later_reading_of(said))
        or _misspelled(said, word, rest, names)
        or _last(said)
    )


def _without_name(said: str, named: str) -> Reading | None:
    """Return the reading of what isn't the name of a command and its text."""
    if reading := greeting_in(said) or talk_of(said):
        return reading
    if is_number(said) and said.strip(" .!?").lower() != "one":
        return Reading(f"/paper {said}")
    if not named and (reading := about_paper(said) or _list_of_follows(said)):
        return reading
    return how_to(said) or _settings(said, named)


def _with_name(said: str, named: str, rest: str) -> Reading | None:
    """Return the phrase that the text is, else the command that it begins with, or the search that it holds."""
    reading = phrase_in(said) or _bag(said, named)
    if not reading and not (named and named != _SEARCH):
        reading = _filtered(search_in(simplified(said)), said)
    reading = reading or _as_search(after_searches(said))
    if named and (reading is None or (not rest and not reading.command.endswith(" this"))):
        return Reading(f"/{named} {without_courtesy(rest)}".rstrip())
    return reading


def _bag(said: str, named: str) -> Reading | None:
    """Return the intent of words in any order, unless they deny it or begin with a command."""
    if (named and named != "digest") or (is_negated(said) and names_change(said)):
        return None
    return news_in(simplified(said)) or mail_in(said) or bag_of(said)


def _list_of_follows(said: str) -> Reading | None:
    """Return the question whether to follow several categories and people: "cs.CL, cs.LG and Yejin Choi"."""
    bare = said.strip(" .,!?;:")
    parts = [part for part in re.split(r"\s*[,;&+]\s*|\s+and\s+", bare) if part]
    categories = [part for part in parts if is_category(part)]
    if len(parts) < 2 or not categories or not all(is_category(part) or is_name(part) for part in parts):
        return None
    together = ", ".join(is_category(part) or part for part in parts)
    return Reading(sentence=f"Follow {shorten(listed(parts), 120)}?", offers=(_follow(together), HELP))


def _follow(what: str) -> Button:
    return Button(shorten(f"Follow {what}", LONGEST), f"/follow {what}")


def how_to(said: str) -> Reading | None:
    """Return the help of the command that a question is about: "how do I follow someone?"."""
    simple = simplified(said)
    if found := _WHAT.fullmatch(simple):
        return _help_of(next(filter(None, found.groups()), ""))
    if not (found := _HOW.fullmatch(simple)):
        return None
    reading = _help_of(first_word(found["order"])[0])
    asked = None if reading else phrase_in(found["order"])
    return reading or (asked if asked and asked.sentence else None)


def _help_of(name: str) -> Reading | None:
    return Reading(f"/help {name.lower()}") if name.lower() in _TAUGHT else None


_TAUGHT = words_of("follow unfollow mute save more less digest ask similar trending author bibtex saved")


def _settings(said: str, named: str) -> Reading | None:
    """Return the settings that the text says; after "follow" only with a time, as in "follow cs.CL at 9"."""
    reading = None if named != "follow" and _is_syntax(said, named) else settings_in(said)
    plain_follow = named == "follow" and reading is not None and reading.offers[0].command.startswith("/follow ")
    return None if plain_follow else reading


def _is_syntax(said: str, named: str) -> bool:
    """Return True for a command's own syntax, such as "digest on 9:00 cs.CL"."""
    after = first_word(first_word(said)[1])[0].lower()
    return bool(named) and (
        named != "digest" or after in {"on", "off", "now", "email", "lock", "unlock", "show", "week"}
    )


def _filtered(search: SpokenSearch, said: str) -> Reading | None:
    """Return the reading of a search with an author, days or another filter."""
    asks = search.led or len(said.split()) <= _SHORT
    changes = begins_change(said) or (names_change(said) and not search.led)
    if not search.filtered or not asks or _FILTER.search(said) or changes or is_negated(said):
        return None
    if search.author:
        return Reading(f"/author {search.author}")
    says_what = search.led and (search.words or search.has_subject)
    says_what = says_what or (search.words and not search.has_subject)
    return Reading(f"/{_SEARCH} {search.query}", note=search.note) if says_what else None


def _as_search(reading: Reading | None) -> Reading | None:
    """Return a reading whose search, if it is one, has its filters and no small words."""
    start = f"/{_SEARCH} "
    if reading is None or not reading.command.startswith(start):
        return reading
    search = search_in(reading.command.removeprefix(start))
    return Reading(f"{start}{search.query}", note=search.note) if search.words else reading


def _misspelled(said: str, word: str, rest: str, names: Collection[str]) -> Reading | None:
    """Return the commands that a first word of five letters or more may be a misspelling of."""
    offers = misspelled(word, rest, names) if len(word) > 4 and word.isalpha() else ()
    return (
        Reading(sentence=f"I'm not sure what “{shorten(said, 120)}” means. Did you mean:", offers=offers)
        if offers
        else None
    )


def _last(said: str) -> Reading:
    """Return the reading of what nothing else understood: a category, a refused change, or a search."""
    bare = said.strip(" .,!?;:")
    if code := is_category(bare):
        offers = (Button(f"Follow {code}", f"/follow {code}"), Button("Search its papers", f"/papers cat:{code}"), HELP)
        return Reading(sentence=f"{code} is {name_of(code)}. What would you like?", offers=offers)
    if is_negated(said) and names_change(said):
        return refused()
    search = search_in(simplified(said))
    if search.led and search.words and len(said) <= LONGEST * 2 and not _FILTER.search(said):
        return Reading(f"/{_SEARCH} {search.query}", note=search.note)
    return searched(said)


def _name(word: str) -> str:
    return word.rstrip(":,.!?").lower()
