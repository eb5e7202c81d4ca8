"""How drawn mathematics is laid out in one line: spaces, scripts, brackets and accents.

Spaces are kept where they were typed. Private characters mark the places where one depends on both neighbors, until
`settle` decides.
"""

import re
import unicodedata

from bot.domain.text.pattern import later

WORD_BEGIN, WORD_END, SIGN_BEGIN, SIGN_END, SCRIPT_END, MACRO_END = "\ue110\ue111\ue112\ue113\ue114\ue115"
"""Marks around operators that are words (log) or signs (∈), after a script, and of the space after a macro."""

_MARKS = later("[\ue110-\ue115]")
_SIGN = later(f"([\\s{MACRO_END}]*){SIGN_BEGIN}(.){SIGN_END}[\\s{MACRO_END}]*")
_TYPED = later(rf"{MACRO_END}(?=[-+=<>*/]\s)")
_BEFORE_WORD = later(rf"(?<=[\w)\]}}⟩⌋⌉°′*⁺⁻⁾₊₋₎\u0300-\u036f\u20d0-\u20f0])[{SCRIPT_END}{MACRO_END}]*{WORD_BEGIN}")
_AFTER_WORD = later(rf"[{WORD_END}{SCRIPT_END}](?=[{MACRO_END}]*[^\W⁰¹²³⁴-ⁿ₀-ₙⁱᵢⱼ]|[√∑∏∫∂∇⟨])")
_BETWEEN_WORDS = later(rf"{WORD_END}\s*{WORD_BEGIN}")
_BEFORE_CLOSE = later(rf"[\s{MACRO_END}]+(?=[⟩⌋⌉])")

_RAISED = str.maketrans("0123456789+-=()ni∗*†′'", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ**†′′")
_LOWERED = str.maketrans("0123456789+-=()ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₙ")
_CAN_BE_RAISED = later(r"[0-9+\-=()ni∗*†′']{1,8}")
_CAN_BE_LOWERED = later(r"[0-9+\-=()ijkn]{1,8}")
_ONE_WORD = later(r"[\w.]*|.")
_NEEDS_NO_BRACKETS = later(r"\([^()]*\)|-?[^\s+*/=<>,-]+")
_BRACKETED = later(r"\([^()]*\)")
_WIDEST_ACCENT = 12


def settle(text: str) -> str:
    """Decide on the spaces that were left open: a sign has both or none, a word has one on the side of a letter."""
    if not _MARKS.search(text):
        return text
    text = _BEFORE_CLOSE.sub("", _SIGN.sub(_spaced, text))
    text = _BETWEEN_WORDS.sub(" ", _TYPED.sub(" ", text))
    return _MARKS.sub("", _AFTER_WORD.sub(" ", _BEFORE_WORD.sub(" ", text)))


def _spaced(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1] if found.start() else ""
    if not found[1] or not before:
        return found[2]
    return f" {found[2]}" if before in ",;([{" else f" {found[2]} "  # in "x, ±1" it belongs to the number


def sign(drawn: str) -> str:
    """Mark an operator that is a sign."""
    return f"{SIGN_BEGIN}{drawn}{SIGN_END}"


def word(drawn: str) -> str:
    """Mark an operator that is a word."""
    return f"{WORD_BEGIN}{drawn}{WORD_END}"


def script(kind: str, body: str) -> str:
    """Draw a superscript (^) or a subscript (_), with Unicode's own characters where it has them all."""
    if kind == "^" and body in {"∘", "°", "◦"}:
        return "°"
    can, table = (_CAN_BE_RAISED, _RAISED) if kind == "^" else (_CAN_BE_LOWERED, _LOWERED)
    if can.fullmatch(body):
        return body.translate(table) + (SCRIPT_END if body[-1] in "∗*" else "")
    if _ONE_WORD.fullmatch(body):
        return f"{kind}{body}{SCRIPT_END}" if body else ""
    return f"{kind}{body}" if _BRACKETED.fullmatch(body) else f"{kind}({body})"


def lowered(digits: str) -> str:
    """Return digits as subscripts."""
    return digits.translate(_LOWERED)


def bracketed(text: str) -> str:
    """Put a sum or a product in brackets, as a part of a fraction."""
    bare = text.strip()
    return bare if not bare or _NEEDS_NO_BRACKETS.fullmatch(bare) else f"({bare})"


def accented(letter: str, mark: str) -> str:
    """Put an accent over a letter, which may have no dot."""
    return unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(letter, letter) + mark)


def widely_accented(body: str, mark: str) -> str:
    """Put an accent over a letter or a sign, or over each of several letters."""
    bases = [character for character in body if not unicodedata.combining(character)]
    if len(bases) == 1:
        return body + mark
    if len(bases) > _WIDEST_ACCENT:
        return body
    mark = "\u0305" if mark == "\u0304" else mark  # a line that goes on from letter to letter
    return re.sub(r"([^\W_])([\u0300-\u036f\u20d0-\u20f0]*)", rf"\1\2{mark}", body)
