"""JSON as models write it: commas too many or missing, other quotes, comments, bare keys, and LaTeX in the strings.

A string ends at its quote only where JSON could go on, so that inner quotes do no harm. A backslash is read as meant:
JSON's escapes keep their meaning, but before the name of a LaTeX macro (\\nu, \\theta, \\beta) it is a backslash. Lists
and objects may end with the text, but strings may not: theirs was cut off.
"""

import re

from bot.domain.text.pattern import later

_DEEPEST = 12
_MOST_STEPS = 60_000

_BLANK = later(r"(?:\s+|//[^\n]*|/\*.*?\*/|#[^\n]*|\.\.\.|…)*", re.DOTALL)  # dots where a model leaves something out
_KEY = later(r"[A-Za-z_]\w{0,60}(?=\s*[:：])")
_NUMBER = later(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
_WORDS |= {"NaN": None, "undefined": None}
_WORD = later(r"[A-Za-z]+")
_QUOTES = {'"': '"', "'": "'", "“": "”“", "”": "”", "„": "“”", "‘": "’", "’": "’", "«": "»", "`": "`"}
_GOES_ON = later(
    r"\s*(?:[:：}\]]|$|//|/\*|#\s|\)\s*(?:[}\]]|[,，]\s*[\"'“}\]])|[,，]\s*(?:[\"'“”„‘’«`}\])({\[]|//|/\*|\.\.\.|-?\d"
    r"|(?:true|false|null|True|False|None|undefined)\b|[A-Za-z_]\w*\s*[:：]))"
    r"|[ \t]*\r?\n\s*[\"“]"  # a comma is missing
)
_OPENERS = {"{": "}", "[": "]", "(": ")"}
_WHOLE = frozenset("]})\"'”")
_PLAIN = {quote: later(f"[^\\\\{re.escape(ends)}]+") for quote, ends in _QUOTES.items()}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}
_HEX = later(r"u([0-9a-fA-F]{4})")
_HALVES = later("[\ud800-\udbff][\udc00-\udfff]")
_LETTERS = later(r"[A-Za-z]+")

# Macros that begin like JSON's \n and \t. Nobody means a backspace, a form feed or a lone carriage return.
_MACROS = later(
    r"n(?:u|i|abla|olimits|eq?|eg|ot(?:in|ag)?|mid|onumber|orm|parallel|exists|leq|geq|less|gtr|sim|cong|prec|succ"
    r"|subseteq|supseteq|earrow|warrow|ormalsize|icefrac|oindent|ewcommand|[A-Z][a-z]*arrow)"
    r"|t(?:o|op|au|heta|imes|ext[a-z]*|ilde|an|anh|frac|herefore|riangle[a-z]*|binom|hickapprox|hicksim|hinspace|t|r"
    r"|extonehalf|wo[a-z]+arrow)"
)
_UMLAUT = later(r"(?<=[A-Za-z])\\\"\{?[aouAOUei]\}?[a-z]")
_ACUTE = later(r"(?<=\b[A-Z][a-z])[a-z]*\\'[aeiouy]|(?<=\b[ABE-IKMOPRU-Z])\\'[aeiouy](?=[a-z]{2})")


class _NoJson(ValueError):
    """The text isn't a value at this place."""


class LooseReader:
    """Reader of one text, with a limit to all of its work."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._steps = 0

    def read(self, start: int) -> tuple[object, int]:
        """Return the value at `start` and where it ends. Raises ValueError if there is none."""
        return self._value(start, _DEEPEST)

    def _value(self, at: int, depth: int) -> tuple[object, int]:
        self._step()
        at = self._skip(at)
        char = self._text[at : at + 1]
        if char in _QUOTES:
            return self._string(at)
        if char in _OPENERS:
            if not depth:
                raise _NoJson("too deep")
            return self._object(at + 1, depth - 1) if char == "{" else self._list(at + 1, depth - 1, _OPENERS[char])
        if number := _NUMBER.match(self._text, at):
            return (float(number[0]) if set(number[0]) & set(".eE") else int(number[0][:300])), number.end()
        word = _WORD.match(self._text, at)
        if word and word[0] in _WORDS:
            return _WORDS[word[0]], word.end()
        raise _NoJson("no value")

    def _object(self, at: int, depth: int) -> tuple[dict[str, object], int]:
        found: dict[str, object] = {}
        while (at := self._skip(at)) < len(self._text) and self._text[at] != "}":
            key, at = self._key(at)
            at = self._skip(at)
            if self._text[at : at + 1] not in {":", "："}:
                raise _NoJson("no colon")
            found[key], at = self._value(at + 1, depth)
            at = self._after_comma(at)
        return found, self._closed(at)

    def _list(self, at: int, depth: int, end: str) -> tuple[list[object], int]:
        found: list[object] = []
        while (at := self._skip(at)) < len(self._text) and self._text[at] != end:
            value, at = self._value(at, depth)
            found.append(value)
            at = self._after_comma(at)
        return found, self._closed(at)

    def _key(self, at: int) -> tuple[str, int]:
        if self._text[at] in _QUOTES:
            return self._string(at)
        if bare := _KEY.match(self._text, at):
            return bare[0], bare.end()
        raise _NoJson("no key")

    def _after_comma(self, at: int) -> int:
        at = self._skip(at)
        return at + 1 if self._text[at : at + 1] in {",", "，"} else at

    def _closed(self, at: int) -> int:
        """Return the place after an end, which may be missing after whole strings."""
        if at >= len(self._text) and self._text.rstrip()[-1:] not in _WHOLE:
            raise _NoJson("cut off")
        return min(at + 1, len(self._text))

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self._text, at)
        return blank.end() if blank else at

    def _string(self, at: int) -> tuple[str, int]:
        quote, at, parts = self._text[at], at + 1, list[str]()
        while at < len(self._text):
            self._step()
            if plain := _PLAIN[quote].match(self._text, at):
                parts.append(plain[0])
                at = plain.end()
            elif self._text[at] == "\\":
                said, at = self._escape(at, quote)
                parts.append(said)
            elif _GOES_ON.match(self._text, at + 1):
                return _joined(parts), at + 1
            else:
                parts.append(self._text[at])
                at += 1
        raise _NoJson("cut off")

    def _escape(self, at: int, quote: str) -> tuple[str, int]:
        text, char = self._text, self._text[at + 1 : at + 2]
        if code := _HEX.match(text, at + 1):
            return chr(int(code[1], 16)), code.end()
        if char in {'"', "'"}:
            accent = _UMLAUT if char == '"' else _ACUTE
            return (f"\\{char}" if quote == '"' and _is_accent(accent, text, at) else char), at + 2
        if char == quote:
            return char, at + 2
        if char == "\\" and (code := _HEX.match(text, at + 2)):
            return chr(int(code[1], 16)), code.end()  # escaped twice
        if char in _ESCAPES and not _is_macro(text, at + 1):
            return _ESCAPES[char], at + 2
        return "\\", at + 1

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _NoJson("too much")


def _is_macro(text: str, at: int) -> bool:
    """Return True if the letters at `at` name a LaTeX macro that begins like an escape of JSON."""
    letters = _LETTERS.match(text, at)
    if not letters or text[at] not in "bfnrt":
        return False
    if text[at] in "bf":
        return len(letters[0]) > 1
    if text[at] == "r":
        return letters[0][1:2].islower()
    return bool(_MACROS.fullmatch(letters[0]))


def _is_accent(accent: re.Pattern[str], text: str, at: int) -> bool:
    return any(found.start() <= at < found.end() for found in accent.finditer(text, max(at - 20, 0), at + 6))


def _joined(parts: list[str]) -> str:
    """Return the parts of a string; two halves of a character beyond the first 65,536 become one."""
    return _HALVES.sub(lambda two: two[0].encode("utf-16", "surrogatepass").decode("utf-16"), "".join(parts))
