"""What a sentence of an abstract says, without its lead-in: "In this paper, we propose X" says X."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from bot.summaries.gist.verbs import BASES, RESULTING, SPOKEN, resulting, spoken, third_person


class Kind(IntEnum):
    """What a core is, grammatically and to a reader."""

    THING = 0
    """A noun phrase: what the paper proposes."""
    ACT = 1
    """A verb in the third person: "Studies X"."""
    CLAIM = 2
    """A whole clause: what the paper shows."""
    EFFECT = 3
    """What the proposed thing does, without a subject: "achieves 95% on X". Its subject is `Core.subject`."""


@dataclass(frozen=True, slots=True)
class Core:
    """What a sentence says."""

    text: str
    kind: Kind
    base: str = ""


_ADVERB = (
    r"(?:(?:\w+ly|also|then|first|further|here|next|thus|therefore|instead|hence|now|again|both|in turn|in particular"
    r"|have|has|can|are able to),? ){0,2}"
)
_PAPER = (
    r"(?:(?:this|the|our|the present|the current) (?:paper|work|article|letter|study|thesis|survey|review|note|report"
    r"|chapter|tutorial|contribution|manuscript|perspective|research))"
)
_AUTHORS = rf"(?:we|i|the authors|{_PAPER})"
_LEAD = re.compile(
    rf"(?:^|.{{0,400}}?[,;:—–)] |^(?:here|first|and|then|hence|thus|now|next) )(?:and )?{_AUTHORS} {_ADVERB}(?P<verb>{SPOKEN}) ",
    re.IGNORECASE,
)
_PAPER_IN = re.compile(rf"^(?:in|as part of|within) {_PAPER},? ", re.IGNORECASE)
_PASSIVE = re.compile(
    r"^(?P<thing>.{8,400}?),? (?:is|are|was|were|has been|have been) (?:then |here |also |thus |hereby )?"
    r"(?:proposed|introduced|presented|developed|described)(?: here(?:in)?)?(?: in this (?:paper|work|article))?(?P<rest>[ ,.].*|$)",
    re.IGNORECASE,
)
_EVIDENCE = (
    r"(?:experiment|result|evaluation|simulation|finding|analys|ablation|stud|test|benchmark|validation|observation"
    r"|investigation|comparison|assessment|measurement|numeric|theor|proof|case|empiric|trial|demonstration)\w*"
)
_SHOWN = re.compile(
    rf"^[^:;]{{0,250}}?\b{_EVIDENCE}\b[^:;]{{0,160}}? {_ADVERB}(?:show|demonstrate|reveal|indicate|confirm|suggest|find"
    r"|establish|verify|validate|prove|highlight)(?:s|es|ed|ing)? that,? ",
    re.IGNORECASE,
)
_SHOWN_OF = re.compile(
    rf"^[^:;,]{{0,120}}?\b{_EVIDENCE}\b[^:;]{{0,80}}? (?:show|demonstrate|reveal|indicate|confirm|highlight)(?:s|ed)? (?!that\b)",
    re.IGNORECASE,
)
_METHOD = (
    r"(?:method|approach|framework|model|algorithm|system|pipeline|architecture|procedure|scheme|module|technique"
    r"|strategy|solution|policy|estimator|network|agent|design|tool|implementation|formulation|mechanism|solver"
    r"|benchmark|dataset)s?"
)
_OURS = (
    rf"(?:it|(?:our|the proposed|the resulting|this) (?:(?:new|novel|final|best|overall|full|trained|learned) )?"
    rf"(?:[\w-]+ ){{0,2}}{_METHOD}|the (?:method|approach|framework|algorithm|pipeline|architecture|system))"
)
_EFFECT = re.compile(
    rf"^(?:.{{0,200}}?, )?(?P<who>{_OURS}|NAME)(?: \([^()]*\))? {_ADVERB}(?P<verb>{RESULTING}) (?P<rest>.*)$",
    re.IGNORECASE,
)
_CLAIM_REST = re.compile(r"^(?:that|how|why|whether)\b,? ?", re.IGNORECASE)
_TO_VERB = re.compile(r"^to ", re.IGNORECASE)

_AND_THEN = re.compile(
    rf",? (?:and|which we) (?:\w+ly |then |also |further |thereby )?(?:{BASES}) (?=(?:an?|the|that|how|its|their|it|them|two|three|several"
    r"|new|novel|both|all|this|these|those|to|when|what|why|whether|on|with|for|as|\w+ing|\w+s)\b)",
)
_AND_CLAIM = re.compile(
    r",? and (?:then |also |further |\w+ly )?(?P<verb>show|prove|find|demonstrate|establish) (?P<how>that|how)\b"
)
_NOVEL = re.compile(r"an? (?:novel|new) (?!and\b|yet\b|or\b|but\b|to\b|in\b)(?=\w)", re.IGNORECASE)
_SOUNDS_OPEN = re.compile(
    r"(?-i:[AEFHILMNORSX](?=[A-Z]{1,}\b|[A-Z]|-))|(?!(?-i:[A-Z]{2}))(?:[aeio]|un(?!i(?!n|m|d))|u[lmnprst](?!i[lv]|er|il|ef|ua))(?!ne\b|nce\b|u)",
    re.IGNORECASE,
)


def cores(sentence: str, name: str = "") -> Iterator[Core]:
    """Yield what `sentence` says, in each form that fits; `name` is the proposed thing's name if it has one."""
    text = _PAPER_IN.sub("", sentence.rstrip(" .。"))
    text = text[:1].upper() + text[1:] if text != sentence.rstrip(" .。") else text
    lead = _LEAD.match(text)
    if lead:
        yield from _said_by_authors(lead["verb"], text[lead.end() :], name)
        return
    passive = _PASSIVE.match(text)
    if (
        passive
        and re.match(r"(?:an?|the|novel|new|two|three|several|[A-Z])\b", passive["thing"])
        and re.match(
            r"(?:$|\.| (?:for|to|that|which|in|on|with|based|using|by|as)\b|, (?:which|where|with)\b)", passive["rest"]
        )
    ):
        yield Core(passive["thing"] + passive["rest"].rstrip("."), Kind.THING)
        return
    shown = _SHOWN.match(text)
    if shown:
        yield from _claims(text[shown.end() :], name)
        return
    yield from _claims(text, name)


def _said_by_authors(form: str, rest: str, name: str) -> Iterator[Core]:
    verb = spoken(form)
    claim = _CLAIM_REST.match(rest)
    if claim and claim.group().lower().startswith("that"):
        yield from _claims(rest[claim.end() :], name)
        if not verb.claims:
            yield Core(f"{third_person(verb.base).capitalize()} {rest}", Kind.ACT, verb.base)
        return
    if verb.proposes and not claim and not _TO_VERB.match(rest):
        yield Core(_without_novelty(_AND_THEN.split(rest)[0]), Kind.THING, verb.base)
    else:
        rest = _AND_CLAIM.sub(lambda found: f" and {third_person(found['verb'])} {found['how']}", rest)
        yield Core(f"{third_person(verb.base).capitalize()} {_AND_THEN.split(rest)[0]}", Kind.ACT, verb.base)


def _without_novelty(thing: str) -> str:
    """Return "a framework" for "a novel framework": what a paper proposes is always new."""
    new = _NOVEL.match(thing)
    if not new:
        return thing
    return f"{'an' if _SOUNDS_OPEN.match(thing[new.end() :]) else 'a'} {thing[new.end() :]}"


def _claims(text: str, name: str) -> Iterator[Core]:
    pattern = _EFFECT
    if name:
        pattern = re.compile(_EFFECT.pattern.replace("NAME", re.escape(name)), re.IGNORECASE)
    effect = pattern.match(text)
    if effect:
        base = resulting(effect["verb"])
        yield Core(effect["rest"], Kind.EFFECT, base)
        if name and not name.casefold() == effect["who"].casefold():
            yield Core(f"{name} {third_person(base)} {effect['rest']}", Kind.CLAIM)
            return
    if not effect or name:
        yield Core(text, Kind.CLAIM)
