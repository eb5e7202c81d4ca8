"""Verbs of abstracts in the forms that a gist needs: "we propose" -> "proposes", "achieves" -> "achieving"."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_PROPOSING = (
    "propose introduce present develop describe release design build construct create contribute offer formulate devise"
    " publish curate establish provide give"
)
_CLAIMING = "show demonstrate find prove reveal observe establish conclude discover confirm report verify"
_OTHER = (
    "address adapt advance aim analyse analyze answer apply argue ask assess audit automate benchmark bound bridge"
    " calculate challenge characterise characterize clarify classify collect combine compare compute conduct consider"
    " convert decompose define derive detail detect determine discuss disentangle employ estimate evaluate examine"
    " exploit explain explore extend extract focus forecast formalise formalize frame generalise generalize generate"
    " highlight hypothesize identify illustrate implement improve incorporate infer initiate integrate interpret"
    " investigate isolate learn leverage look map measure model obtain optimise optimize outline perform posit predict"
    " probe pursue quantify question recast reconstruct recover reduce reformulate relate replace reproduce resolve"
    " review revisit search seek simulate solve specialize suggest study summarise summarize survey synthesise"
    " synthesize systematize tackle take test trace train transform treat unify use utilize validate view"
)
_RESULTING = (
    "accelerate achieve allow attain beat boost capture close converge cut decrease deliver demonstrate detect double"
    " eliminate enable enhance exceed gain generalize generate guarantee halve identify improve increase learn lower"
    " maintain match mitigate obtain offer outperform predict preserve produce provide raise rank reach recover reduce"
    " remain require retain run save scale set show solve support surpass sustain yield"
)
_WORKING = (
    "adapt address aggregate align apply augment avoid build combine comprise compute condition consist construct"
    " contain convert couple cover decompose decouple derive detect disentangle embed employ encode estimate exploit"
    " extend extract filter form formulate fuse handle infer inject integrate introduce leverage map merge model"
    " operate optimize outline partition perform propagate refine regularize rely replace represent restore route"
    " sample select separate span tackle train transform treat unify update use"
)
_HAPPENING = (
    "act admit affect appear arise become behave carry cause change coincide collapse come constitute contribute"
    " correlate correspond decay degrade depend determine differ dominate drive elicit emerge evolve exhibit exist fail"
    " follow grow help hold imply induce involve lack lead make occur persist play reflect satisfy serve shape shift"
    " suffer tend trigger vary"
)
# Forms in s that are nouns as often: they make no clause of words.
_NOUNS = (
    "acts aims audits benchmarks boosts bounds bridges causes challenges changes closes conditions cuts decreases"
    " designs details estimates evaluates filters focuses forms frames gains increases maps matches measures models"
    " needs offers probes questions ranks reports results reviews routes runs samples saves scales scores searches"
    " sets shapes shifts studies supports surveys tests trains uses views works yields"
)
_IRREGULAR_PAST = {
    "found": "find", "gave": "give", "built": "build", "took": "take", "ran": "run", "sought": "seek", "led": "lead",
    "came": "come", "became": "become", "arose": "arise", "held": "hold", "grew": "grow", "made": "make",
}  # fmt: skip
_AUXILIARY = (
    "is are was were has have had can cannot could may might must will would should does do did isn't aren't don't"
    " doesn't remains remain becomes become"
)
_STRESSED_EARLY = frozenset(("offer", "model", "cover", "gain", "lower", "yield", "train", "fail", "map"))


class Verb(NamedTuple):
    """A verb's base form, and whether its object is what a paper proposes, or its clause what a paper claims."""

    base: str
    proposes: bool
    claims: bool


def third_person(base: str) -> str:
    """Return "studies" for "study"."""
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "x", "z", "ch", "sh", "go")) else f"{base}s"


def participle(base: str) -> str:
    """Return "achieving" for "achieve"."""
    return f"{base[:-1]}ing" if base.endswith("e") and not base.endswith("ee") else f"{_doubled(base)}ing"


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{_doubled(base)}ed"


def _doubled(base: str) -> str:
    """Return a short base with its last letter twice, where English does so: "cut" gives "cutt", for "cutting"."""
    if base in _STRESSED_EARLY or base[-1] in "aeiouwxyhslkdn" or base[-2] not in "aeiou" or len(base) > 4:
        return base + base[-1] if base in {"run", "set", "span", "plan", "ban"} else base
    return base if base[-3] in "aeiou" else base + base[-1]


def _forms(bases: Iterable[str]) -> dict[str, str]:
    listed = dict.fromkeys(bases)
    forms = {form: base for base in listed for form in (base, third_person(base), _past(base))}
    return forms | {past: base for past, base in _IRREGULAR_PAST.items() if base in listed}


def _pattern(forms: Iterable[str]) -> str:
    return "|".join(sorted(dict.fromkeys(forms), key=len, reverse=True))


_PROPOSE, _CLAIM = frozenset(_PROPOSING.split()), frozenset(_CLAIMING.split())
_SPOKEN = _forms((*_PROPOSE, *_CLAIM, *_OTHER.split()))
_EFFECTS = _forms((*_RESULTING.split(), *_WORKING.split()))
_ALL = _SPOKEN | _EFFECTS | _forms(_HAPPENING.split())
_FINITE = (frozenset(map(third_person, _ALL.values())) | frozenset(_AUXILIARY.split())) - frozenset(_NOUNS.split())
_BASES = frozenset(_ALL.values())
_PASTS = frozenset(map(_past, _ALL.values())) | frozenset(_IRREGULAR_PAST)
_OBJECT = frozenset(("a", "an", "the", "to", "from", "that", "no", "its", "more", "less"))
_WORD = re.compile(r"[^\s,;:()]+|[,;:()]")

SPOKEN = _pattern(_SPOKEN)
"""A pattern of verbs that follow "we" or "this paper", in all forms."""
EFFECTS = _pattern(_EFFECTS)
"""A pattern of verbs that say what a method does, in all forms."""
BASES = _pattern(_SPOKEN.values())
"""A pattern of the base forms of `SPOKEN`."""
PRESENT = _pattern(map(third_person, _SPOKEN.values()))
"""A pattern of the third persons of `SPOKEN`."""


def spoken(form: str) -> Verb:
    """Return the verb of a form that `SPOKEN` matches."""
    base = _SPOKEN[form.lower()]
    return Verb(base, base in _PROPOSE, base in _CLAIM)


def effect(form: str) -> str:
    """Return the base of a form that `EFFECTS` matches."""
    return _EFFECTS[form.lower()]


def has_verb(text: str) -> bool:
    """Return True if a finite verb makes a clause of `text`, as far as the list knows."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return any(_is_finite(words, place) for place in range(len(words)))


def _is_finite(words: list[str], place: int) -> bool:
    word, before = words[place], words[place - 1] if place else ""
    if word in _FINITE:
        return before not in {"the", "a", "an", "to"}
    if word in _BASES:
        return before.endswith("s") and before[-2:] != "ss" and place + 1 < len(words)
    follows = words[place + 1] if place + 1 < len(words) else ""
    told = follows in _OBJECT or follows[:1].isdigit()
    return word in _PASTS and before not in {"the", "a", "an", ""} and told
