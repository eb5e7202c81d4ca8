"""What a question asks for, and whether a passage holds anything of that kind. Pure; words alone, no meaning.

A passage may be close to a question and yet not answer it: "with high success rates" to "what success rate?". So a
question for a number needs a number beside what is counted, "which" and "who" need somebody or something named or
listed, and what people often ask of papers (the code, the cost, who paid) needs a word for that.
"""

import re
from collections.abc import Sequence

from bot.summaries.answers import patterns as p
from bot.summaries.answers.aspects import ALIKE, ASPECTS
from bot.summaries.grounding import KNOWN_TO_ALL, abbreviated_in, content_words

_BESIDE, _BEFORE_IT, _AFTER_IT = 7, 4, 3
"""Words that count as beside a number, and as directly before and after a word."""


def holds_what_is_asked(question: str, passage: str, title: str = "") -> bool:
    """Return True unless the question asks for something of a kind that the passage lacks."""
    return _named(question, passage, title) and all(rule(question, passage) for rule in _RULES)


def is_yes_or_no(question: str) -> bool:
    """Return True if "yes" would answer the question."""
    return p.YES_OR_NO.match(question) is not None and not p.ALTERNATIVES.search(question)


def is_open(question: str) -> bool:
    """Return True if nothing of a certain kind is asked for: "why …", "how do they …"."""
    kinds = (p.HOW_MANY, p.HOW_MUCH, p.WHAT_MEASURE, p.CHANGE, p.TIME, p.WHO)
    return not _thing(question) and not any(kind.search(question) for kind in kinds) and not names_an_aspect(question)


def names_an_aspect(question: str) -> bool:
    """Return True if the question is about one of the things that people often ask of papers."""
    return any(asked.search(question) for asked, _ in ASPECTS)


def _counted(question: str, passage: str) -> bool:
    """A question "how many …" needs a number beside what is counted."""
    asked = p.HOW_MANY.match(question)
    if not asked:
        return True
    counted, said = _same(_head(asked["what"])), passage.split()
    places = [place for place, word in enumerate(said) if is_number(word) and not _is_no_count(said, place)]
    return any(counted & _same(" ".join(said[place : place + _BESIDE])) for place in places)


def _measured(question: str, passage: str) -> bool:
    """A question for a measure needs a number, for a change a ratio, for a time its unit."""
    if p.CHANGE.search(question):
        return bool(p.RATIO.search(passage))
    if p.HOW_OLD.search(question):
        return bool(p.AGE.search(passage))
    if not p.WHAT_MEASURE.match(question) and not p.HOW_MUCH.match(question) and not p.TIME.search(question):
        return True
    in_words = p.HOW_FAST.match(question) and p.TIME_UNIT.search(passage)
    if not in_words and not any(map(is_number, passage.split())) and not p.MAGNITUDE.search(passage):
        return False
    return not p.TIME.search(question) or bool(p.TIME_UNIT.search(passage))


def _named(question: str, passage: str, title: str) -> bool:
    """A question "which …" needs a name or a list beside the thing that it asks for."""
    asked = _thing(question)
    *modifiers, head = asked.split() or [""]
    if not head or head.lower() in p.ANY_THING:
        return True
    if p.DATED.fullmatch(head):
        return bool(p.DATE.search(passage))
    said, kind = _uncapitalized(passage).split(), _same(head)
    places = [place for place, word in enumerate(said) if kind & _same(word)]
    known = question + " " + " ".join(abbreviated_in(passage))
    if places:
        return any(_is_specific(said, place, known) for place in places)
    narrower = content_words(" ".join(modifiers))
    return not narrower & content_words(passage) and bool(_new_names(" ".join(said[1:]), f"{known} {title}"))


def _thing(question: str) -> str:
    """Return the words for what "which …" and "what … do they" ask for; empty if the question is an open one."""
    if p.WHAT_MEASURE.match(question):
        return ""
    if plural := p.PLURAL.match(question):
        return _head(plural["what"])
    asked = p.WHICH.match(question)
    if not asked or (not asked["which"] and not p.AUXILIARY.search(asked["what"])):
        return ""
    return _head(asked["what"])


def _is_specific(said: Sequence[str], place: int, known: str) -> bool:
    """Return True if a name or a list stands directly before the word, or follows it."""
    before, after = said[max(place - _BEFORE_IT, 0) : place + 1], said[place : place + _AFTER_IT]
    rest = " ".join(said[place:])
    listed = bool(p.LISTING.search(rest)) and _has_name_or_list(rest, known)
    return listed or _has_name_or_list(" ".join(before), known) or bool(_new_names(" ".join(after), known))


def _has_name_or_list(part: str, known: str) -> bool:
    asked = set(re.findall(r"[\w-]+", known.lower()))
    pairs = ({first.lower(), second.lower()} for first, second in p.COORDINATED.findall(part))
    return bool(_new_names(part, known)) or any(not pair & asked for pair in pairs)


def _new_names(part: str, known: str) -> set[str]:
    names = {name.removesuffix("s").lower() for name in p.NAMES.findall(part)}
    return names - KNOWN_TO_ALL - {word.removesuffix("s") for word in re.findall(r"[\w-]+", known.lower())}


def _somebody(question: str, passage: str) -> bool:
    """A question "who …" needs somebody, and "where … from" a place of origin."""
    if p.WHERE_FROM.match(question) and " from " not in passage:
        return False
    if p.WHERE_IS.match(question) and not p.PLACE.search(passage):
        return False
    return not p.WHO.match(question) or bool(p.PERSON.search(passage) or p.SURNAMES.search(passage))


def _alternatives_said(question: str, passage: str) -> bool:
    """A question for one of two ("online or offline") needs one of them."""
    pair = p.ALTERNATIVES.search(question)
    return not pair or bool((_same(pair[1]) | _same(pair[2])) & _same(passage))


def _aspects_said(question: str, passage: str) -> bool:
    return all(answered.search(passage) for asked, answered in ASPECTS if asked.search(question))


_RULES = (_counted, _measured, _somebody, _alternatives_said, _aspects_said)


def _uncapitalized(passage: str) -> str:
    """Return the passage without the capital that only begins a sentence."""
    first, _, rest = passage.partition(" ")
    return f"{first.lower() if first.istitle() else first} {rest}"


def _head(what: str) -> str:
    """Return the first words of a question's object, up to its verb."""
    kept: list[str] = []
    for word in re.findall(r"[\w'’-]+", what):
        if word.lower() in p.ENDS_HEAD or (kept and word.endswith("ed")) or len(kept) == 3:
            break
        kept.append(word)
    return " ".join(kept)


def _same(text: str) -> frozenset[str]:
    """Return the stems of words, and of those that mean the same thing to count or to name."""
    plain = {word.strip("()[],.;:\"'").lower().removesuffix("s") for word in text.split()}
    own = content_words(text) | {word for word in plain if len(word) > 2}
    return own | {group[0] for group in ALIKE if own & set(group)}


def _is_no_count(said: Sequence[str], place: int) -> bool:
    """Return True for a share ("10 %", "9 and 18 percent") and for "one", which is rarely a number of anything."""
    if said[place].lower() in {"one", "single"}:
        return True
    return any("%" in word or "percent" in word for word in said[place : place + 4])


def is_number(word: str) -> bool:
    """Return True for a figure or a number word; not for a name with a digit ("GPT-4", "3D")."""
    return p.FIGURE.fullmatch(word) is not None or word.lower().strip("(),.;:-") in p.NUMBER_WORDS
