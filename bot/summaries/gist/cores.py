"""What a sentence of an abstract says, without its lead-in: "In this paper, we propose X" says X."""

import re
from collections.abc import Iterator
from enum import IntEnum

from bot.domain.frozen import frozen
from bot.domain.text.pattern import later
from bot.summaries.gist.lead_ins import CONDITION, EFFECT, LEAD, NAME, PAPER_IN, PASSIVE, SETTING, SHOWN
from bot.summaries.gist.verbs import BASES, EFFECTS, PRESENT, effect, spoken, third_person


class Kind(IntEnum):
    """What a core is, grammatically and to a reader."""

    THING = 0
    """A noun phrase: what the paper proposes."""
    ACT = 1
    """A verb in the third person: "Studies X"."""
    CLAIM = 2
    """A whole clause: what the paper shows."""
    EFFECT = 3
    """What the proposed thing does, without a subject: "95% on X", with the verb "achieve"."""
    SETTING = 4
    """Where it was tested: "tested on X"."""


@frozen
class Core:
    """What a sentence says; `verb` is the base form of the verb left out of an EFFECT."""

    text: str
    kind: Kind
    verb: str = ""


_BEGINS_CLAIM = later(r"(?:that|how|why|whether|what|when|if)\b,? ?", re.IGNORECASE)
_TO_VERB = later(r"to ", re.IGNORECASE)
_ADVERB = r"(?:then |also |further |thereby |\w+ly )?"
_OBJECT = (
    r"(?:an?|the|that|how|its|their|it|them|two|three|several|new|novel|both|all|this|these|those|to|when|what|why|whether"
    r"|on|with|for|as|no|\w+ing|\w+s)\b"
)
_NEVER_NOUNS = (
    "analyze|apply|characterize|construct|demonstrate|derive|develop|employ|establish|evaluate|explain|extend|identify"
    "|improve|incorporate|introduce|investigate|obtain|present|propose|prove|provide|show|validate|verify|compare"
)
_NO_VERB = (
    r"(?:\w+(?:ing|ed|ly|s)|and|as|at|but|by|for|from|given|in|into|namely|nor|not|of|on|or|over|plus|so|such|than|that"
    r"|then|through|thus|to|under|unlike|via|when|where|whereas|which|while|with|without|yet|each|only|e|i|is|are|be"
    r"|called|known|within|between|across|after|before|against|rather|even|also|both|either)"
)
_AND_THEN = later(
    rf"[,;]? and {_ADVERB}(?:{BASES})(?= {_OBJECT})|[,;] (?:and )?{_ADVERB}(?:{_NEVER_NOUNS})(?= \S)"
    rf"|,? and {_ADVERB}(?:{_NEVER_NOUNS})(?= \S)| and, [^,]{{1,60}}, |, (?!{_NO_VERB}\b)[a-z]+ (?=an? )"
)
_AND_SHOW = later(rf"[,;]? (?:and )?{_ADVERB}(?:show|prove|demonstrate|find|establish) (?:that|how)\b")
_AND_DOES = later(rf"[,;]? (?:and|then|or) {_ADVERB}(?:{PRESENT}|{EFFECTS}) (?=\S)")
_INFINITIVE = later(r"\b(?:to|can|could|may|must) (?:\w+ly )?[a-z]+\b")
_IN_RELATIVE = later(r"\b(?:that|which|who)\b")
_NOVEL = later(r"(?P<article>an? )(?:novel|new) (?!and\b|yet\b|or\b|but\b|to\b|in\b)(?=\w)", re.IGNORECASE)
_OPEN_SOUND = later(
    r"[AEFHILMNORSX](?=[A-Z0-9-])|(?:[AEIOaeio]|[Uu]n(?!i[^mn])|[Uu][lmpr](?!i))(?!ne\b|ne-|nce|u)(?![A-Z]{2})"
)
_OVERVIEW = later(r"\b(?:extensive|this|these|those|our|we|such|other hand|contrary|basis|one hand|all|average)\b")
# "We address this gap with X" says X.
_SOLVED = later(
    r"(?:this|these|the|such|both) (?:[\w-]+ ){0,2}?(?:gaps?|issues?|challenges?|limitations?|problems?|tensions?"
    r"|needs?|shortcomings?|questions?|drawbacks?|obstacles?|bottlenecks?) (?:with|through|via|using|by (?:introducing"
    r"|proposing|presenting|developing|designing|creating|building)) (?=(?:an?|the|two|three|new|novel|[A-Z][\w-]+)\b)"
)
_AND_MORE = later(r"(?:and|or)\b")
_ALSO = later(r"(?<=\bis )also |(?<=\bare )also |(?<=\bcan )also ")
_PLURAL = later(r"[A-Z]s$")
_IS = later(r"^(?P<name>[^,:;]{2,40}), (?:which|that) (?P<rest>(?:\w+ly )?(?:is|\w+s) .*)$")


def cores(sentence: str, name: str = "") -> Iterator[Core]:
    """Yield what `sentence` says, in each form that fits; `name` is the proposed thing's name if it has one."""
    text = PAPER_IN.sub("", sentence.rstrip(" .。"))
    if (tested := SETTING.match(text)) and not _OVERVIEW.search(tested["on"]):
        yield Core(f"tested on {tested['on']}", Kind.SETTING)
    if lead := LEAD.match(text):
        before = lead["before"] or ""
        yield from _said_by_authors(lead["verb"], text[lead.end() :], name, before if CONDITION.match(before) else "")
    elif passive := PASSIVE.match(text):
        yield Core(passive["thing"] + passive["rest"].rstrip("."), Kind.THING)
    else:
        shown = SHOWN.match(text)
        yield from _claims(text[shown.end() :] if shown else text, name)


def _said_by_authors(form: str, rest: str, name: str, condition: str) -> Iterator[Core]:
    if solved := _SOLVED.match(rest):
        yield from _things(_first_part(rest[solved.end() :]), "propose")
        return
    verb, claim = spoken(form), _BEGINS_CLAIM.match(rest)
    if verb.claims and claim and claim.group().startswith("that"):
        yield from _claims(condition + rest[claim.end() :], name)
        return
    if verb.proposes and not claim and not _TO_VERB.match(rest):
        yield from _things(_first_part(rest), verb.base)
        return
    yield Core(f"{third_person(verb.base).capitalize()} {_first_part(rest)}", Kind.ACT, verb.base)


def _things(thing: str, verb: str) -> Iterator[Core]:
    if not (doing := _IS.match(thing)):
        yield Core(_without_novelty(thing), Kind.THING, verb)
    else:
        yield Core(f"{doing['name']} {doing['rest']}", Kind.CLAIM)


def _first_part(rest: str) -> str:
    """Return what one verb governs: "X and evaluate it" loses its second part."""
    shown = _AND_SHOW.search(rest)
    rest = rest[: shown.start()] if shown else rest
    further = next((then for then in _AND_THEN.finditer(rest) if not _INFINITIVE.search(rest[: then.start()])), None)
    return _one_effect(rest[: further.start()] if further else rest)


def _one_effect(rest: str) -> str:
    """Return what one verb in the third person governs: "X and evaluates it" loses its second part."""
    for further in _AND_DOES.finditer(rest):
        if not _IN_RELATIVE.search(rest[: further.start()]):
            return rest[: further.start()]
    return rest


def _without_novelty(thing: str) -> str:
    """Return "a framework" for "a novel framework": what a paper proposes is always new."""
    return _NOVEL.sub(lambda new: "an " if _OPEN_SOUND.match(thing, new.end()) else "a ", thing)


def _claims(text: str, name: str) -> Iterator[Core]:
    text = _ALSO.sub("", text)
    told = EFFECT.match(text.replace(name, NAME) if name else text)
    if told is None or _AND_MORE.match(told["rest"]):
        yield Core(text, Kind.CLAIM)
        return
    verb, rest = effect(told["verb"]), _one_effect(told["rest"]).replace(NAME, name)
    yield Core(rest, Kind.EFFECT, verb)
    if name:
        yield Core(f"{name} {verb if _PLURAL.search(name) else third_person(verb)} {rest}", Kind.CLAIM)
