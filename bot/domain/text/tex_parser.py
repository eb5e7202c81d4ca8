"""A reader of TeX that never fails: the input may be truncated, unbalanced or no TeX at all.

It reads the text once, token by token, as TeX does: a macro's name ends where its letters end, and an argument is a
group, a macro or a single character. Spaces in mathematics are kept where they were typed; private characters mark the
places where one depends on both neighbors, until `_settle` decides.
"""

import re
import unicodedata
from collections.abc import Callable

from bot.domain.text import tex_symbols as tex

DEEPEST = 20
"""Nesting depth of groups and arguments; people don't write deeper ones."""

_LONGEST_MATH = 2000
_LONGEST_RAW = 1000
_TEXT_SPECIAL = re.compile(r"[\\{}$~]|[\^_](?=\{)")
_MATH_SPECIAL = re.compile(r"[\\{}$~^_]")
_NAME = re.compile(r"\\([A-Za-z]+)")
_SPACES = re.compile(r"\s*")
_OPTIONS = re.compile(r"\*?\s*(?:\[[^\[\]{}]{0,100}\]\s*)?(?=\{)")
_INDEX = re.compile(r"\s*\[([^\[\]{}]{0,20})\]")
_LENGTH = re.compile(r"\s*-?[0-9.]*\s*(?:mu|pt|em|ex|cm|mm)?")
_INLINE = re.compile(r"(\${1,2})((?:[^$\\]|\\.){1,2000}?)\1", re.DOTALL)
_SURELY_MATH = re.compile(r"[\\^_{}]")
_WORD = re.compile(r"[A-Za-z]{3}")
_LETTER = re.compile(r"[^\W\d_]")

# Marks of spaces that depend on both neighbors.
_WORD_OPERATOR, _WORD_END, _OPERATOR, _OPERATOR_END, _SCRIPT_END, _AFTER_MACRO = "\ue110\ue111\ue112\ue113\ue114\ue115"
_MARKS = re.compile("[\ue110-\ue115]")
_AROUND = re.compile(f"([\\s{_AFTER_MACRO}]*){_OPERATOR}(.){_OPERATOR_END}[\\s{_AFTER_MACRO}]*")
_KEPT = re.compile(rf"{_AFTER_MACRO}(?=[-+=<>*/]\s)")
_BEFORE_WORD = re.compile(
    rf"(?<=[\w)\]}}⟩°′*⁺⁻⁾₊₋₎\u0300-\u036f\u20d0-\u20f0])[{_SCRIPT_END}{_AFTER_MACRO}]*{_WORD_OPERATOR}"
)
_AFTER_WORD = re.compile(rf"[{_WORD_END}{_SCRIPT_END}](?=[{_AFTER_MACRO}]*[\w√∑∏∫∂∇⟨])")
_BETWEEN_WORDS = re.compile(rf"{_WORD_END}\s*{_WORD_OPERATOR}")

_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₙ")
_CAN_BE_RAISED = re.compile(r"[0-9+\-=()ni]{1,8}")
_CAN_BE_LOWERED = re.compile(r"[0-9+\-=()ijkn]{1,8}")
_ONE_WORD = re.compile(r"[\w.]*|.")
_NEEDS_NO_BRACKETS = re.compile(r"\([^()]*\)|-?[^\s+*/=<>,-]+")
_FORMULA_NUMBER = re.compile(r"(?<=[A-Za-z)\]])[0-9]+")
_WIDEST_ACCENT = 12


def draw_text(text: str) -> str:
    """Return `text`, a mixture of words and TeX, as a reader sees it."""
    return _Reader(text).sequence(math=False, depth=0)


def is_math(body: str, after: str) -> bool:
    """Return True if text between two dollars is mathematics; the rule is Pandoc's, relaxed for obvious TeX."""
    if _SURELY_MATH.search(body):
        return True
    if body[0].isspace() or body[-1].isspace():
        return not body.strip()[:1].isdigit() and not _WORD.search(body)
    return not after.isdigit()


class _Reader:
    """A text and the place up to which it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.infixes = 0

    def sequence(self, math: bool, depth: int) -> str:
        """Read to the end of the group, which stays unread; at the outermost level to the end of the text."""
        text, special, pieces = self.text, _MATH_SPECIAL if math else _TEXT_SPECIAL, list[str]()
        while found := special.search(text, self.at):
            pieces.append(text[self.at : found.start()])
            self.at = found.start()
            sign = text[self.at]
            if sign == "}" and depth:
                return "".join(pieces)
            if sign == "\\":
                if fraction := self._infix(math, depth, pieces):
                    return fraction
                pieces.append(self.control(math, depth))
            else:
                self._other(sign, math, depth, pieces)
        pieces.append(text[self.at :])
        self.at = len(text)
        return "".join(pieces)

    def _other(self, sign: str, math: bool, depth: int, pieces: list[str]) -> None:
        if sign == "{" and depth <= DEEPEST:
            pieces.append(self._group(math, depth))
        elif sign == "$" and not math:
            pieces.append(self._dollar())
        elif sign in "^_":
            self._script(sign, depth, pieces)
        else:
            pieces.append(self._tie(math, pieces) if sign == "~" else "")
            self.at += 1

    def _infix(self, math: bool, depth: int, pieces: list[str]) -> str:
        """Read `\\over` and `\\choose`, which divide their group in two."""
        found = _NAME.match(self.text, self.at)
        if not found or found[1] not in {"over", "choose"} or not math or self.infixes > DEEPEST:
            return ""
        self.at, self.infixes = found.end(), self.infixes + 1
        above, below = _settle("".join(pieces)), _settle(self.sequence(math, depth))
        return (
            f"{_bracketed(above)}/{_bracketed(below)}" if found[1] == "over" else f"C({above.strip()}, {below.strip()})"
        )

    def _group(self, math: bool, depth: int) -> str:
        self.at += 1
        drawn = self.sequence(math, depth + 1)
        self.at += 1
        return drawn

    def _dollar(self) -> str:
        found = _INLINE.match(self.text, self.at)
        if found and is_math(found[2], self.text[found.end() : found.end() + 1]):
            self.at = found.end()
            return _math(found[2])
        dollars = found[1] if found else "$"
        self.at += len(dollars)
        return dollars

    def _tie(self, math: bool, pieces: list[str]) -> str:
        """A tie (Fig.~1, et~al.) is a space. At the start of a word, ~ means "about", after a slash it is a home."""
        before = next((piece[-1] for piece in reversed(pieces) if piece), " ")
        after = self.text[self.at + 1 : self.at + 2]
        return " " if math or after.isspace() or not (before.isspace() or before in "/([=") else "~"

    def _script(self, sign: str, depth: int, pieces: list[str]) -> None:
        self.at += 1
        body = self.argument(True, depth)
        if body is None:
            pieces.append(sign)
            return
        before = "".join(pieces).rstrip(_AFTER_MACRO)
        word = before.endswith(_WORD_END)
        pieces[:] = [before.removesuffix(_WORD_END), _raised_or_lowered(sign, body.strip()), _WORD_END if word else ""]

    def argument(self, math: bool, depth: int) -> str | None:
        """Read a group, a macro or a character; None at the end of the group or text."""
        self.at = _SPACES.match(self.text, self.at).end()  # type: ignore[union-attr]
        sign = self.text[self.at : self.at + 1]
        if sign in {"", "}"} or depth > DEEPEST:
            return None
        if sign == "{":
            return _settle(self._group(math, depth))
        if sign == "\\":
            return _settle(self.control(math, depth + 1))
        if sign == "$" and not math:
            return self._dollar()
        self.at += 1
        return sign

    def raw(self) -> str:
        """Read a group as it stands, such as an address; empty if none follows."""
        begin = _OPTIONS.match(self.text, self.at)
        if not begin:
            return ""
        depth, at = 0, begin.end()
        for sign in re.finditer(r"\\.|[{}]", self.text[at : at + _LONGEST_RAW], re.DOTALL):
            depth += {"{": 1, "}": -1}.get(sign[0], 0)
            if not depth:
                self.at = at + sign.end()
                return re.sub(r"\\([%_#&~$])(?:\{\})?", r"\1", self.text[at + 1 : at + sign.start()])
        self.at = at + 1
        return ""

    def control(self, math: bool, depth: int) -> str:
        """Read a backslash and what belongs to it."""
        if found := _NAME.match(self.text, self.at):
            self.at = found.end()
            return self._macro(found[1], math, depth)
        sign = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if sign in {"(", "["} and not math:
            return self._bracketed_math(sign)
        if sign in tex.TEXT_ACCENTS:
            return self._accent(sign, math, depth)
        if sign in {"", "!", "/", "@", "-"}:
            return ""
        if sign in ",;:> \\" or sign.isspace():
            return " "
        return "‖" if sign == "|" and math else sign

    def _bracketed_math(self, sign: str) -> str:
        end = self.text.find("\\)" if sign == "(" else "\\]", self.at, self.at + _LONGEST_MATH)
        if end <= self.at:
            return sign
        body, self.at = self.text[self.at : end], end + 2
        return _math(body)

    def _accent(self, sign: str, math: bool, depth: int) -> str:
        """Put a text accent over what follows; Mart\\'\\in means \\i and n."""
        self.at = _SPACES.match(self.text, self.at).end()  # type: ignore[union-attr]
        found = _NAME.match(self.text, self.at)
        if (found and found[1] not in tex.LETTERS and not tex.symbol(found[1], math)) or (
            found and found[1][:1] == "i"
        ):
            self.at += 1
        body = self.argument(math, depth) or ""
        if not _LETTER.match(body):
            return (sign if sign in "~^" else "") + body
        return _accented(body[0], tex.TEXT_ACCENTS[sign]) + body[1:]

    def _macro(self, name: str, math: bool, depth: int) -> str:
        if handler := _HANDLERS.get(name):
            return handler(self, math, depth)
        if name in tex.MATH_ACCENTS:
            body = self.argument(math, depth)
            return name if body is None else _widely_accented(body.strip(), tex.MATH_ACCENTS[name])
        if name in tex.SILENT or name in tex.LETTERS:
            return self._mute(name)
        if name in tex.DROPPED:
            self.raw()
            return ""
        if name in tex.SECOND:
            first, second = self.argument(math, depth), self.argument(math, depth)
            return second if second is not None else first or ""
        if name in tex.TEXT_ACCENTS and re.match(r"\s*(?:\{|\\?[^\W\d_])", self.text[self.at : self.at + 9]):
            return self._accent(name, math, depth)
        return self._named(name, math, depth)

    def _mute(self, name: str) -> str:
        space = _SPACES.match(self.text, self.at)
        self.at = space.end() if space else self.at
        if name in {"left", "right"} and self.text.startswith(".", self.at):
            self.at += 1
        return tex.symbols().get(name, name) if name in tex.LETTERS else ""

    def _named(self, name: str, math: bool, depth: int) -> str:
        """Draw a symbol, an operator that is a word, or what an unknown macro stands before: its argument."""
        drawn = tex.symbol(name, math)
        if math and name in tex.FUNCTIONS:
            self.at = _SPACES.match(self.text, self.at).end()  # type: ignore[union-attr]
            return f"{_WORD_OPERATOR}{drawn or name}{_WORD_END}"
        if drawn:
            return self._symbol(drawn) if math else drawn
        options = _OPTIONS.match(self.text, self.at)
        if options and depth <= DEEPEST:
            self.at = options.end()
            return self._group(math, depth) or name
        head, rest = tex.split_name(name)
        return tex.symbol(head, math) + rest

    def _symbol(self, drawn: str) -> str:
        space = _SPACES.match(self.text, self.at)
        typed, self.at = (space[0], space.end()) if space else ("", self.at)
        if tex.is_operator(drawn):
            return f"{_OPERATOR}{drawn}{_OPERATOR_END}"
        return drawn + (_AFTER_MACRO if typed else "")


def _math(body: str) -> str:
    return _settle(_Reader(body).sequence(math=True, depth=0)).strip()


def _settle(text: str) -> str:
    """Decide on the spaces that were left open: as typed before an operator, also after it."""
    if not _MARKS.search(text):
        return text
    text = _AROUND.sub(lambda found: f" {found[2]} " if found[1] and found.start() else found[2], text)
    text = _BETWEEN_WORDS.sub(" ", _KEPT.sub(" ", text))
    return _MARKS.sub("", _AFTER_WORD.sub(" ", _BEFORE_WORD.sub(" ", text)))


def _accented(letter: str, mark: str) -> str:
    return unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(letter, letter) + mark)


def _widely_accented(body: str, mark: str) -> str:
    """Put an accent over a letter, or over each of several."""
    bases = [character for character in body if not unicodedata.combining(character)]
    if len(bases) > _WIDEST_ACCENT:
        return body
    if len(bases) == 1:
        return body + mark
    mark = "\u0305" if mark == "\u0304" else mark  # a line that goes on from letter to letter
    return re.sub(r"([^\W_])([\u0300-\u036f\u20d0-\u20f0]*)", rf"\1\2{mark}", body)


def _raised_or_lowered(sign: str, body: str) -> str:
    if sign == "^" and body in {"∘", "°", "◦"}:
        return "°"
    if sign == "^" and body and not body.strip("′'"):
        return "′" * len(body)
    can, table = (_CAN_BE_RAISED, _RAISED) if sign == "^" else (_CAN_BE_LOWERED, _LOWERED)
    if can.fullmatch(body):
        return body.translate(table)
    linear = sign + (body if _ONE_WORD.fullmatch(body) else f"({body})")
    return (linear + _SCRIPT_END) if body else ""


def _bracketed(text: str) -> str:
    bare = text.strip()
    return bare if not bare or _NEEDS_NO_BRACKETS.fullmatch(bare) else f"({bare})"


def _frac(reader: _Reader, math: bool, depth: int) -> str:
    above, below = reader.argument(math, depth), reader.argument(math, depth)
    return above or "" if below is None else f"{_bracketed(above or '')}/{_bracketed(below)}"


def _binom(reader: _Reader, math: bool, depth: int) -> str:
    above, below = reader.argument(math, depth), reader.argument(math, depth)
    return above or "" if below is None else f"C({above}, {below})"


def _sqrt(reader: _Reader, math: bool, depth: int) -> str:
    index = _INDEX.match(reader.text, reader.at)
    reader.at = index.end() if index else reader.at
    degree = _raised_or_lowered("^", index[1]).strip("^" + _SCRIPT_END) if index else ""
    return f"{degree}√{_bracketed(reader.argument(math, depth) or '')}"


def _blackboard(reader: _Reader, math: bool, depth: int) -> str:
    return tex.double_struck((reader.argument(math, depth) or "").strip())


def _href(reader: _Reader, math: bool, depth: int) -> str:
    address, words = reader.raw(), reader.argument(math, depth)
    return address if words is None or words.strip() in {"", address} else f"{words} ({address})"


def _underset(reader: _Reader, math: bool, depth: int) -> str:
    below, body = reader.argument(math, depth), reader.argument(math, depth)
    return f"{body or ''}{_raised_or_lowered('_', (below or '').strip())}"


def _footnote(reader: _Reader, math: bool, depth: int) -> str:
    words = (reader.argument(math, depth) or "").strip()
    return f" ({words})" if words else ""


def _modulo(reader: _Reader, math: bool, depth: int) -> str:
    return f" (mod {(reader.argument(math, depth) or '').strip()})"


def _operator_name(reader: _Reader, math: bool, depth: int) -> str:
    if reader.text.startswith("*", reader.at):
        reader.at += 1
    return f"{_WORD_OPERATOR}{(reader.argument(math, depth) or '').strip()}{_WORD_END}"


def _as_text(reader: _Reader, math: bool, depth: int) -> str:
    return reader.argument(False, depth) or ""


def _as_math(reader: _Reader, math: bool, depth: int) -> str:
    return reader.argument(True, depth) or ""


def _superscript(reader: _Reader, math: bool, depth: int) -> str:
    return _raised_or_lowered("^", (reader.argument(math, depth) or "").strip())


def _subscript(reader: _Reader, math: bool, depth: int) -> str:
    return _raised_or_lowered("_", (reader.argument(math, depth) or "").strip())


def _code_point(reader: _Reader, math: bool, depth: int) -> str:
    found = re.fullmatch(r"\s*[xX]?([0-9A-Fa-f]{2,5})\s*", reader.raw())
    return chr(int(found[1], 16)) if found and 0x20 < int(found[1], 16) < 0xD800 else ""


def _dingbat(reader: _Reader, math: bool, depth: int) -> str:
    number = reader.raw().strip()
    if re.fullmatch(r"1[789][0-9]", number) and 172 <= int(number) <= 191:
        return chr((0x2460 - 172 if int(number) < 182 else 0x2776 - 182) + int(number))
    return {"51": "✓", "52": "✔", "55": "✗", "56": "✘"}.get(number, "")


def _chemistry(reader: _Reader, math: bool, depth: int) -> str:
    formula = reader.argument(True, depth) or ""
    return _FORMULA_NUMBER.sub(lambda number: number[0].translate(_LOWERED), formula).replace("->", "→")


def _arrow(reader: _Reader, math: bool, depth: int) -> str:
    reader.argument(math, depth)
    return f"{_OPERATOR}→{_OPERATOR_END}"


def _space_of(reader: _Reader, math: bool, depth: int) -> str:
    length = _LENGTH.match(reader.text, reader.at)
    reader.at = length.end() if length else reader.at
    return ""


def _quantity(reader: _Reader, math: bool, depth: int) -> str:
    number, unit = reader.argument(math, depth) or "", reader.raw()
    return f"{number} {_unit(unit)}".rstrip()


def _only_unit(reader: _Reader, math: bool, depth: int) -> str:
    return _unit(reader.raw())


def _unit(raw: str) -> str:
    drawn = _NAME.sub(lambda name: tex.UNITS.get(name[1], tex.symbol(name[1], True) or name[1]), raw)
    return draw_text(drawn.replace("~", " "))


def _verbatim(reader: _Reader, math: bool, depth: int) -> str:
    mark = reader.text[reader.at : reader.at + 1]
    end = reader.text.find(mark, reader.at + 1) if mark else -1
    if end < 0 or mark.isalnum():
        return ""
    code, reader.at = reader.text[reader.at + 1 : end], end + 1
    return code


def _around(before: str, after: str) -> Callable[[_Reader, bool, int], str]:
    return lambda reader, math, depth: f"{before}{reader.argument(math, depth) or ''}{after}"


def _enquoted(reader: _Reader, math: bool, depth: int) -> str:
    return f"“{reader.argument(math, depth) or ''}”"


_HANDLERS: dict[str, Callable[[_Reader, bool, int], str]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"), _frac),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binom),
    "sqrt": _sqrt,
    **dict.fromkeys(("mathbb", "mathds", "Bbb", "mathbbm"), _blackboard),
    "href": _href,
    **dict.fromkeys(("url", "nolinkurl", "path"), lambda reader, math, depth: reader.raw()),
    "underset": _underset,
    "footnote": _footnote,
    **dict.fromkeys(("pmod", "pod"), _modulo),
    **dict.fromkeys(("operatorname", "mathop"), _operator_name),
    **dict.fromkeys(("text", "mbox", "hbox", "textrm", "textnormal", "textit", "textbf", "texttt", "textsf"), _as_text),
    "ensuremath": _as_math,
    "textsuperscript": _superscript,
    "textsubscript": _subscript,
    "unicode": _code_point,
    "ding": _dingbat,
    "ce": _chemistry,
    "xrightarrow": _arrow,
    **dict.fromkeys(("mkern", "kern", "hskip", "mskip"), _space_of),
    **dict.fromkeys(("SI", "qty"), _quantity),
    **dict.fromkeys(("si", "unit"), _only_unit),
    "verb": _verbatim,
    "ket": _around("|", "⟩"),
    "bra": _around("⟨", "|"),
    "enquote": _enquoted,
}
