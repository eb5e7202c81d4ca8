"""Verbs of abstracts in the forms that a gist needs: "we propose" -> "proposes", "achieves" -> "achieving"."""

import re
from typing import NamedTuple

_PROPOSING = (
    "propose introduce present develop describe release design build construct create contribute offer formulate devise"
    " report publish curate establish provide give"
)
_CLAIMING = "show demonstrate find prove reveal observe establish conclude discover confirm report suggest verify"
_OTHER = (
    "address adapt analyze analyse answer apply argue ask assess audit automate benchmark bound bridge calculate"
    " challenge characterize characterise clarify classify collect combine compare compute conduct consider convert"
    " decompose define derive detail detect determine discuss employ estimate evaluate examine exploit explain explore"
    " extend extract focus formalize formalise forecast frame generalize generalise generate highlight identify"
    " illustrate implement improve incorporate infer initiate inspect integrate interpret investigate isolate"
    " learn leverage map measure model obtain optimize optimise outline perform predict present probe provide pursue"
    " quantify question recast reconstruct reduce reformulate relate replace reproduce resolve review revisit"
    " simulate solve specialize study summarize summarise survey synthesize synthesise systematize tackle take test"
    " trace train transform treat unify use utilize validate view seek aim advance survey apply"
    " argue posit hypothesize search rely turn move go think look test probe recover disentangle"
)
_RESULTING = (
    "achieve outperform improve reduce surpass exceed yield obtain attain deliver match reach increase decrease cut"
    " enable produce provide lower boost gain raise accelerate maintain preserve recover beat lead generalize scale"
    " predict detect solve rank require run converge close retain save allow offer eliminate double halve"
    " demonstrate show establish set sustain support capture identify generate learn guarantee enhance mitigate"
)
_IRREGULAR_PAST = {
    "found": "find", "gave": "give", "built": "build", "showed": "show", "took": "take", "saw": "see",
    "ran": "run", "sought": "seek", "beat": "beat", "led": "lead",
}  # fmt: skip
_STRESSED_EARLY = "show develop discover answer offer model cover enter suffer recover lower lead gain"
_KEPT_LETTER = frozenset(_STRESSED_EARLY.split())


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
    if base.endswith("e") and not base.endswith("ee"):
        return f"{base[:-1]}ing"
    return f"{_doubled(base)}ing"


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{_doubled(base)}ed"


def _doubled(base: str) -> str:
    short = len(base) <= 4 and base[-1] not in "aeiouwxyhslk" and base[-2] in "aeiou" and base[-3] not in "aeiou"
    return base + base[-1] if short and base not in _KEPT_LETTER else base


def _forms(listed: str) -> dict[str, str]:
    bases = dict.fromkeys(listed.split())
    forms = {form: base for base in bases for form in (base, third_person(base), _past(base))}
    return forms | {past: base for past, base in _IRREGULAR_PAST.items() if base in bases}


_PROPOSE, _CLAIM = frozenset(_PROPOSING.split()), frozenset(_CLAIMING.split())
_SPOKEN = _forms(f"{_PROPOSING} {_CLAIMING} {_OTHER}")
_RESULTS = _forms(_RESULTING)

_MORE_VERBS = (
    "follow elicit depend contain consist form remain become lead cause affect emerge arise occur exhibit hold fail vary"
    " differ extend drive determine dominate contribute correlate grow decay admit satisfy imply coincide correspond"
    " combine couple cover need make encode evolve shape play appear act work serve tend come change persist shift"
    " represent constitute suffer benefit trigger induce operate reflect transfer degrade collapse recur align carry"
)
_PRESENT = {
    third_person(base): base for base in f"{_PROPOSING} {_CLAIMING} {_OTHER} {_RESULTING} {_MORE_VERBS}".split()
}
FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|will|would|should|does|do|did|cannot|isn['’]t|aren['’]t)\b"
    rf"|\b(?:{'|'.join(_PRESENT)})\b"
    rf"|s (?:\w+ly )?(?:{'|'.join(_PRESENT.values())}) "
    rf"|(?<!the )(?<!a )(?<!an )\b(?:{'|'.join(map(_past, _PRESENT.values()))}) (?:the|an?|by|to|in|from|that|\d)"
)
"""A pattern of verbs that make a clause of words."""

SPOKEN = "|".join(sorted(_SPOKEN, key=len, reverse=True))
"""A pattern of verbs that follow "we" or "this paper", in all forms."""
BASES = "|".join(dict.fromkeys(f"{_PROPOSING} {_CLAIMING} {_OTHER}".split()))
"""A pattern of the base forms of `SPOKEN`."""
RESULTING = "|".join(sorted(_RESULTS, key=len, reverse=True))
"""A pattern of verbs that tell what a method does, in all forms."""


def spoken(form: str) -> Verb:
    """Return the verb of a form that `SPOKEN` matches."""
    base = _SPOKEN[form.lower()]
    return Verb(base, base in _PROPOSE, base in _CLAIM)


def resulting(form: str) -> str:
    """Return the base of a form that `RESULTING` matches."""
    return _RESULTS[form.lower()]
