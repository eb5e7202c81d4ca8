"""Division of an abstract into sentences."""

import re

# A mark that can end a sentence, closing quotes or brackets, and a space. Japanese and Chinese marks need no space.
_POSSIBLE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*\s+|[。！？]\s*")
# The start of a sentence: a capital, a digit, an opening mark, mathematics, or a name such as "nGPT" or "iPhone".
_START = re.compile(r"[\"'“‘«(\[$*]*(?:[^\W_a-z]|[a-z]{1,4}[A-Z0-9]|[α-ωℓ∀∃])")
_INITIAL = re.compile(r"(?:[A-Z]|[A-Z]-[A-Z]|(?:[A-Z]\.)+[A-Z])")
_LIST_MARK = re.compile(r"[(\[]?(?:\d{1,2}|[ivx]{1,4}|[a-h])[)\]]?")

_ABBREVIATIONS = (
    "e.g eg i.e ie vs cf viz fig figs eq eqs sec secs sect ref refs thm prop def resp approx ca dr prof mr mrs st"
    " w.r.t a.k.a i.i.d dept univ vol eds chap"
)
_NEVER_LAST = frozenset(_ABBREVIATIONS.split())
_LAST_UNLESS_NUMBERED = frozenset({"no", "nos", "p", "pp", "art", "eqn", "ver", "v"})
# These words open a sentence after a lone capital or "et al." ("of type B. We show"); other words would be a name.
_OPENING_WORDS = (
    "We The This These Our In It Its Here However Then They That Using By For To On With When While Although Moreover"
    " Furthermore Finally Experiments Results Thus Hence As An A At From Such Both If Unlike See"
)
_OPENERS = frozenset(_OPENING_WORDS.split())
_LONGEST_ASIDE = 200
_LONGEST_WORD = 60


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of `text` in order, each as written; joined by spaces they are `text` again."""
    found: list[str] = []
    start = 0
    for mark in _POSSIBLE_END.finditer(text):
        if mark.end() < len(text) and _ends_here(text, start, mark):
            found.append(text[start : mark.end()].strip())
            start = mark.end()
    found.append(text[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def _ends_here(text: str, start: int, mark: re.Match[str]) -> bool:
    if mark.group()[0] in "。！？":
        return True
    if not _START.match(text, mark.end()) or _inside_brackets(text, start, mark.start()):
        return False
    if mark.group()[0] == "!":
        return not text[mark.end()].isdecimal()  # a name: "CheckThat! 2026"
    return mark.group()[0] != "." or not _abbreviates(text, start, mark)


def _inside_brackets(text: str, start: int, end: int) -> bool:
    """Return True inside open brackets; brackets that never close count for a few hundred characters only."""
    recent = text[max(start, end - _LONGEST_ASIDE) : end]
    return recent.count("(") > recent.count(")")


def _abbreviates(text: str, start: int, mark: re.Match[str]) -> bool:
    before = text[max(start, mark.start() - _LONGEST_WORD) : mark.start()].rsplit(None, 1)
    if not before:
        return False
    last = before[-1].lstrip("\"'“‘«([")
    following = text[mark.end() : mark.end() + 40].split(None, 1)[0]
    if len(before) == 1 and _LIST_MARK.fullmatch(last):
        return True
    if last.casefold() in _LAST_UNLESS_NUMBERED or last.isdecimal():
        return following[0].isdecimal()
    if last == "al" or _INITIAL.fullmatch(last):
        return following.rstrip(",;:") not in _OPENERS
    written_small = last in (last.lower(), last.capitalize())  # "SEC." is an acronym that ends its sentence
    return written_small and last.casefold() in _NEVER_LAST
