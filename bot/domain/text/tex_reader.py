"""A reader of TeX that never fails: the input may be truncated, unbalanced or no TeX at all.

It reads the text once, token by token, as TeX does: a macro's name ends where its letters end, and an argument is a
group, a macro or a single character.
"""

import re
from collections.abc import Callable, Mapping

from bot.domain.frozen import frozen
from bot.domain.text import tex_symbols as tex
from bot.domain.text.tex_layout import MACRO_END, WORD_END, accented, bracketed, script, settle, sign, widely_accented
from bot.domain.text.tex_layout import word as operator

DEEPEST = 20
"""Nesting depth of groups and arguments; people don't write deeper ones."""

_LONGEST_MATH = 2000
_LONGEST_RAW = 1000
_TEXT_SPECIAL = re.compile(r"[\\{}$~]|[\^_](?=\{)")
_MATH_SPECIAL = re.compile(r"[\\{}$~^_&]")
_NAME = re.compile(r"\\([A-Za-z]+)")
_NOT_SPACE = re.compile(r"\S|\Z")
_OPTIONS = re.compile(r"\*?\s*(?:\[[^\[\]{}]{0,100}\]\s*)?(?=\{)")
_HAS_LETTER = re.compile(r"\s*(?:\{|\\?[^\W\d_])")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ESCAPED = re.compile(r"\\([%_#&~$])(?:\{\})?")
_INLINE = re.compile(r"(\${1,2})((?:[^$\\]|\\.){1,2000}?)\1", re.DOTALL)
_SURELY_MATH = re.compile(r"[\\^_{}]")
_SIGN = re.compile(r"[-+<>=~/|*]{1,2}|[^\x00-\x7f]{1,2}")
_LONG_WORD = re.compile(r"[A-Za-z]{3}")
_NEVER_ACUTE = tuple("dmtv")  # don\'t is an apostrophe escaped, as in a string of code
_LETTER = re.compile(r"[^\W\d_]")
_INFIXES = {"over": "{}/{}", "choose": "C({}, {})", "atop": "{}, {}", "brace": "S({}, {})"}


class Reader:
    """A text and the place up to which it is read, with the macros that take arguments."""

    def __init__(self, text: str, macros: "Mapping[str, Macro]") -> None:
        self.text = text
        self.macros = macros
        self.at = 0
        self.infixes = 0

    def sequence(self, math: bool, depth: int = 0) -> str:
        """Read to the end of the group, which stays unread; at the outermost level to the end of the text."""
        text, special, pieces = self.text, _MATH_SPECIAL if math else _TEXT_SPECIAL, list[str]()
        while found := special.search(text, self.at):
            pieces.append(text[self.at : found.start()])
            self.at = found.start()
            special_sign = text[self.at]
            if special_sign == "}" and depth:
                return "".join(pieces)
            if special_sign == "\\":
                if math and (fraction := self._infix(depth, pieces)):
                    return fraction
                pieces.append(self.control(math, depth))
            else:
                self._other(special_sign, math, depth, pieces)
        pieces.append(text[self.at :])
        self.at = len(text)
        return "".join(pieces)

    def math(self, body: str) -> str:
        """Draw a formula."""
        return settle(Reader(body, self.macros).sequence(math=True)).strip()

    def argument(self, math: bool, depth: int) -> str | None:
        """Read a group, a macro or a character; None at the end of the group or text."""
        self.skip_spaces()
        first = self.text[self.at : self.at + 1]
        if first in {"", "}"} or depth > DEEPEST:
            return None
        if first == "{":
            return settle(self.group(math, depth))
        if first == "\\":
            return settle(self.control(math, depth + 1))
        if first == "$" and not math:
            return self._dollar()
        self.at += 1
        return first

    def group(self, math: bool, depth: int) -> str:
        """Read a group from its brace on."""
        self.at += 1
        drawn = self.sequence(math, depth + 1)
        self.at += 1
        return drawn

    def raw(self) -> str:
        """Read a group as it stands, such as an address; empty if none follows."""
        begin = _OPTIONS.match(self.text, self.at)
        if not begin:
            return ""
        depth, at = 0, begin.end()
        for brace in _BRACE.finditer(self.text, at, at + _LONGEST_RAW):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if not depth:
                self.at = brace.end()
                return _ESCAPED.sub(r"\1", self.text[at + 1 : brace.start()])
        self.at = at + 1
        return ""

    def skip_spaces(self) -> bool:
        """Go to the next character that is no space; return True if there was one."""
        found, begin = _NOT_SPACE.search(self.text, self.at), self.at
        self.at = found.start() if found else len(self.text)
        return self.at > begin

    def control(self, math: bool, depth: int) -> str:
        """Read a backslash and what belongs to it."""
        if found := _NAME.match(self.text, self.at):
            self.at = found.end()
            return self._macro(found[1], math, depth)
        symbol = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if symbol in {"(", "["} and not math:
            return self._bracketed_math(symbol)
        if symbol in tex.TEXT_ACCENTS:
            return self._accent(symbol, math, depth)
        if symbol in {"", "!", "/", "@", "-"}:
            return ""
        if symbol in ",;:> \\" or symbol.isspace():
            return " "
        return "‖" if symbol == "|" and math else symbol

    def _other(self, special: str, math: bool, depth: int, pieces: list[str]) -> None:
        if special == "{" and depth <= DEEPEST:
            pieces.append(self.group(math, depth))
        elif special == "$" and not math:
            pieces.append(self._dollar())
        elif special in "^_":
            self._script(special, depth, pieces)
        elif special == "&":
            pieces.append(" ")
            self.at += 1
        else:
            pieces.append(self._tie(math, pieces) if special == "~" else "")
            self.at += 1

    def _infix(self, depth: int, pieces: list[str]) -> str:
        r"""Read `\over`, `\choose` and the like, which divide their group in two; empty if it is neither."""
        found = _NAME.match(self.text, self.at)
        if not found or found[1] not in _INFIXES or self.infixes > DEEPEST:
            return ""
        self.at, self.infixes = found.end(), self.infixes + 1
        above, below = settle("".join(pieces)).strip(), settle(self.sequence(True, depth)).strip()
        if found[1] == "over":
            above, below = bracketed(above), bracketed(below)
        return _INFIXES[found[1]].format(above, below)

    def _dollar(self) -> str:
        found = _INLINE.match(self.text, self.at)
        if found and _is_math(found[2], self.text[found.end() : found.end() + 1]):
            self.at = found.end()
            return self.math(found[2])
        dollars = found[1] if found else "$"
        self.at += len(dollars)
        return dollars

    def _bracketed_math(self, symbol: str) -> str:
        end = self.text.find("\\)" if symbol == "(" else "\\]", self.at, self.at + _LONGEST_MATH)
        if end <= self.at:
            return symbol
        body, self.at = self.text[self.at : end], end + 2
        return self.math(body)

    def _tie(self, math: bool, pieces: list[str]) -> str:
        """A tie (Fig.~1, et~al.) is a space. At the start of a word, ~ means "about", after a slash it is a home."""
        before = next((piece[-1] for piece in reversed(pieces) if piece), " ")
        after = self.text[self.at + 1 : self.at + 2]
        return " " if math or after.isspace() or not (before.isspace() or before in "/([=") else "~"

    def _script(self, kind: str, depth: int, pieces: list[str]) -> None:
        self.at += 1
        body = self.argument(True, depth)
        if body is None:
            pieces.append(kind)
            return
        before = "".join(pieces).rstrip(MACRO_END)
        end = WORD_END if before.endswith(WORD_END) else ""
        pieces[:] = [before.removesuffix(WORD_END), script(kind, body.strip()), end]

    def _accent(self, name: str, math: bool, depth: int) -> str:
        r"""Put a text accent over what follows; Mart\'\in means \i and n."""
        if name == "'" and self.text[self.at : self.at + 1] in _NEVER_ACUTE:
            return "'"
        self.skip_spaces()
        found = _NAME.match(self.text, self.at)
        if found and (found[1][0] == "i" or not (found[1] in tex.LETTERS or tex.symbol(found[1], math))):
            self.at += 1
        body = self.argument(math, depth) or ""
        if not _LETTER.match(body):
            return (name if name in "~^" else "") + body
        return accented(body[0], tex.TEXT_ACCENTS[name]) + body[1:]

    def _macro(self, name: str, math: bool, depth: int) -> str:
        drawn = ""
        if macro := self.macros.get(name):
            drawn = macro(Arguments(self, math, depth))
        elif name in tex.MATH_ACCENTS:
            drawn = self._math_accent(name, math, depth)
        elif name in tex.SILENT or name in tex.LETTERS:
            self.skip_spaces()
            drawn = tex.symbols()[name] if name in tex.LETTERS else ""
        elif name in tex.DROPPED:
            self.raw()
        elif name in tex.TEXT_ACCENTS and _HAS_LETTER.match(self.text, self.at):
            drawn = self._accent(name, math, depth)
        elif math and name in tex.FUNCTIONS:
            self.skip_spaces()
            drawn = operator(tex.symbol(name, math) or name)
        else:
            drawn = self._symbol(name, math) or self._unknown(name, math, depth)
        return drawn

    def _math_accent(self, name: str, math: bool, depth: int) -> str:
        body = self.argument(math, depth)
        while body == "":
            body = self.argument(math, depth)  # \not\!E: the accent is over what follows the space
        if body is None:
            return name
        drawn = accented(widely_accented(body.strip(), tex.MATH_ACCENTS[name]), "")
        return sign(drawn) if math and tex.is_operator(drawn) else drawn

    def _symbol(self, name: str, math: bool) -> str:
        drawn = tex.symbol(name, math)
        if not drawn or not math:
            return drawn
        typed = self.skip_spaces()
        return sign(drawn) if tex.is_operator(drawn) else drawn + MACRO_END * typed

    def _unknown(self, name: str, math: bool, depth: int) -> str:
        """Draw an unknown macro: its argument if it has one, else its name, which is better than nothing."""
        options = _OPTIONS.match(self.text, self.at)
        if options and depth <= DEEPEST:
            self.at = options.end()
            return self.group(math, depth) or name
        head, rest = tex.split_name(name)
        return operator(head) + rest if math and head in tex.FUNCTIONS else tex.symbol(head, math) + rest


@frozen
class Arguments:
    """What follows a macro, to be read in order."""

    reader: Reader
    math: bool
    depth: int

    def drawn(self) -> str:
        """Read an argument; empty if there is none."""
        return self.reader.argument(self.math, self.depth) or ""

    def pair(self) -> tuple[str, str | None]:
        """Read two arguments; the second is None if there is only one."""
        return self.drawn(), self.reader.argument(self.math, self.depth)

    def as_text(self) -> str:
        """Read an argument of words."""
        return self.reader.argument(False, self.depth) or ""

    def as_math(self) -> str:
        """Read an argument of mathematics."""
        return self.reader.argument(True, self.depth) or ""

    def raw(self) -> str:
        """Read a group as it stands."""
        return self.reader.raw()

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what matches `pattern`, if it follows."""
        found = pattern.match(self.reader.text, self.reader.at)
        if found:
            self.reader.at = found.end()
        return found


Macro = Callable[[Arguments], str]


def _is_math(body: str, after: str) -> bool:
    """Return True if text between two dollars is mathematics; the rule is Pandoc's, relaxed for obvious TeX."""
    if _SURELY_MATH.search(body) or _SIGN.fullmatch(body):
        return True
    if body[0].isspace() or body[-1].isspace():
        return not body.strip()[:1].isdigit() and not _LONG_WORD.search(body)
    return not after.isdigit()
