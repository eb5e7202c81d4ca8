"""Conversion of LaTeX in titles, names and abstracts to plain Unicode.

arXiv stores the TeX, and MathJax renders it; a chat has no MathJax. The code rewrites texts from the innermost braces
outwards and never parses them: the input may be truncated, unbalanced or no LaTeX at all, and rewriting can't fail on
it. The symbols are pylatexenc's.
"""

import re
import unicodedata
from functools import cache

from pylatexenc import latex2text

LONGEST = 10_000
"""Characters processed: five times arXiv's limit for an abstract (https://info.arxiv.org/help/prep.html)."""

_DEEPEST = 20
"""Nesting depth of braces; people don't write deeper ones."""

_TEX = re.compile(r"[\\${}~]|``")
_INLINE = re.compile(r"(?<!\\)(\${1,2})((?:[^$\\]|\\.){1,2000}?)\1", re.DOTALL)
_BRACKETED = re.compile(r"\\\((.{1,2000}?)\\\)|\\\[(.{1,2000}?)\\\]", re.DOTALL)
_SURELY_MATH = re.compile(r"[\\^_{}]")
_WORD = re.compile(r"[A-Za-z]{3}")

# Private characters represent literal ones until the end; `_PRIVATE` removes any in the input.
_MEANT = "\\{}$%&_#^~"
_HIDDEN = {char: chr(0xE000 + i) for i, char in enumerate(_MEANT)}
_SHOW = {ord(hidden): char for char, hidden in _HIDDEN.items()}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ESCAPED = re.compile(r"\\([{}$%&_#])")
_OPEN, _CLOSE = "\ue100", "\ue101"

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328",
    "r": "\u030a",
}  # fmt: skip
_MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306",
}  # fmt: skip
_LETTERS = "ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j|dh|DH|th|TH|dj|DJ|ng|NG"
_FONTS = r"it|bf|rm|sf|tt|sc|em|sl|cal|bfseries|itshape|boldmath|unboldmath|displaystyle|textstyle|scriptstyle"
_SIZED = r"left|right|[bB]igg?[lrm]?|limits|nolimits|middle"
_SILENT = (
    rf"{_FONTS}|{_SIZED}|noindent|centering|small|large|normalsize|footnotesize|xspace|protect|newline|par|nobreak"
)
_REFERENCES = "cite|citep|citet|citealp|citeauthor|citeyear|label|ref|eqref|autoref|cref|Cref|footnotemark|begin|end"

_ACCENTED = re.compile(r"\\(?:([`'^\"~=.])\s*|([uvHcdbkr])(?![A-Za-z])\s*)(?:\{\s*\\?([^\W\d_])\s*\}|\\?([^\W\d_]))")
_LETTER = re.compile(rf"\\({_LETTERS})(?![A-Za-z])(?:\{{\}}|[ ])?")
_MACRO_BEFORE_LETTER = re.compile(r"(\\[A-Za-z]+)(?=[^\x00-\x7f])")
_BARE_SCRIPT = re.compile(r"([\^_])\s*(?:([^\s{}\\^_])|\\([A-Za-z]+))")
_ARGUMENT_OF_ONE = re.compile(
    rf"\\(mathbb|mathds|mathcal|sqrt|{'|'.join(_MATH_ACCENTS)})\s+([A-Za-z0-9])|\\(sqrt)([0-9A-Za-z])(?![A-Za-z])"
)
_SHORT_FRACTION = re.compile(r"\\[dt]?frac\s*([0-9])\s*([0-9])")
_TWO_ARGUMENTS = r"\\(?:[dt]?frac|nicefrac|sfrac|binom|href|textcolor|texorpdfstring|footnotetext)"
# One pair of braces without others inside, and the macro whose argument it is. A pair after another may be the second
# argument of the first one's macro, so it waits for the next round.
_GROUP = re.compile(
    rf"(?:(?P<two>{_TWO_ARGUMENTS})\s*(?:(?:{_OPEN}(?P<first>[^{_OPEN}{_CLOSE}]*){_CLOSE}|{{(?P<one>[^{{}}]*)}})\s*(?={{))?"
    r"|\\(?P<macro>[A-Za-z]+)\*?\s*(?:\[[^\[\]{}]{0,100}\]\s*)?"
    r"|(?P<script>[\^_])\s*|(?<!\}))\{(?P<body>[^{}]*)\}"
)
_UNCLOSED = re.compile(r"\\[A-Za-z]+\*?\{")
_SILENT_MACRO = re.compile(rf"\\(?:{_SILENT})(?![A-Za-z])\s*|\\(?:{_REFERENCES})(?![A-Za-z])")
_MACRO = re.compile(r"\\([A-Za-z]+)")
_THIN = re.compile(r"\\[!/@-]")
_SPACE = re.compile(r"\\(?:[,;:> ]|\\)|(?<=\S)\\(?=\s)")
# A tie (Fig.~1, et~al.) is a space. At the start of a word, ~ means "about"; after a slash, it is a home directory.
_TIE = re.compile(r"(?<=[^\s/(\[=\\])~|~(?=\s)")
_QUOTED = re.compile(r"``(.{1,300}?)(?:''|\")", re.DOTALL)

_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₙ")
_CAN_BE_RAISED = re.compile(r"[0-9+\-=()ni]{1,8}")
_CAN_BE_LOWERED = re.compile(r"[0-9+\-=()ijkn]{1,8}")
_ONE_WORD = re.compile(r"[A-Za-z0-9.]*|.")
_NEEDS_NO_BRACKETS = re.compile(r"\([^()]*\)|-?[^\s+*/=<>,-]+")


def draw(text: str) -> str:
    """Return `text` with its LaTeX drawn, limited to its first `LONGEST` characters; never raises.

    A text never becomes empty. Percent signs and prices are text: nobody comments out half of an abstract, and "$5 and
    $10" is money.
    """
    bounded = text[:LONGEST]
    if not _TEX.search(bounded):
        return bounded
    plain = _ESCAPED.sub(lambda escaped: _HIDDEN[escaped[1]], _PRIVATE.sub("", bounded))
    drawn = _flat(_TIE.sub(" ", _with_math_drawn(plain)))
    drawn = drawn.translate(_SHOW).replace(_OPEN, "").replace(_CLOSE, "")
    drawn = unicodedata.normalize("NFC", _QUOTED.sub("“\\1”", drawn))
    return drawn if drawn.strip() else bounded


def _with_math_drawn(text: str) -> str:
    text = _BRACKETED.sub(lambda math: _math(math[1] or math[2]), text)
    pieces, at = [], 0
    while found := _INLINE.search(text, at):
        pieces.append(text[at : found.start()])
        if _is_math(found[2], text[found.end() : found.end() + 1]):
            pieces.append(_math(found[2]))
            at = found.end()
        else:
            pieces.append(_HIDDEN["$"] * len(found[1]))
            at = found.start() + len(found[1])
    return "".join(pieces) + text[at:].replace("$", _HIDDEN["$"])


def _is_math(body: str, after: str) -> bool:
    """Return True if text between two dollars is mathematics; the rule is Pandoc's, relaxed for obvious TeX."""
    if _SURELY_MATH.search(body):
        return True
    if body[0].isspace() or body[-1].isspace():
        return not body.strip()[:1].isdigit() and not _WORD.search(body)
    return not after.isdigit()


def _math(body: str) -> str:
    tight = _BARE_SCRIPT.sub(lambda s: f"{s[1]}{{{s[2] or _symbol(s[3])}}}", body.replace("~", " "))
    return _hide(_flat(tight).strip())


def _hide(text: str) -> str:
    return text.translate({ord(char): hidden for char, hidden in _HIDDEN.items()})


def _flat(text: str) -> str:
    """Return `text` without braces and macros."""
    text = _MACRO_BEFORE_LETTER.sub(r"\1{}", text)
    text = _LETTER.sub(lambda letter: _symbol(letter[1]), _ACCENTED.sub(_accented, text))
    text = _SHORT_FRACTION.sub(r"\1/\2", text)
    text = _ARGUMENT_OF_ONE.sub(lambda m: f"\\{m[1] or m[3]}{{{m[2] or m[4]}}}", text)
    for _ in range(_DEEPEST):
        text, changed = _GROUP.subn(_group, text)
        if not changed:
            break
    text = _THIN.sub("", _SILENT_MACRO.sub("", _UNCLOSED.sub("", text)))
    text = _MACRO.sub(lambda macro: _symbol(macro[1]), _SPACE.sub(" ", text))
    return text.replace("{", "").replace("}", "").replace("\\", "")


def _accented(found: re.Match[str]) -> str:
    letter = found[3] or found[4]
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1] or found[2]])


def _group(found: re.Match[str]) -> str:
    body = found["body"]
    if found["two"]:
        return _two(found["two"], found["first"] or found["one"], body)
    if found["script"]:
        return _script(found["script"], body.strip())
    return _applied(found["macro"], body) if found["macro"] else body


def _two(macro: str, first: str | None, body: str) -> str:
    if first is None:
        return f"{macro}{_OPEN}{body}{_CLOSE}"
    if "frac" in macro:
        return f"{_bracketed(first)}/{_bracketed(body)}"
    if "href" in macro:
        return f"{body} ({first})"
    if "binom" in macro:
        return f"C({first}, {body})"
    return body


def _script(sign: str, body: str) -> str:
    if sign == "^" and body in {"∘", "\\circ"}:
        return "°"
    if sign == "^" and body in {"\\prime", "'"}:
        return "′"
    can, table = (_CAN_BE_RAISED, _RAISED) if sign == "^" else (_CAN_BE_LOWERED, _LOWERED)
    body = _flat_symbols(body)
    if can.fullmatch(body):
        return body.translate(table)
    return _hide(sign) + (body if _ONE_WORD.fullmatch(body) else f"({body})")


def _applied(macro: str, body: str) -> str:
    """Apply a macro to its argument; if the macro is unknown, return the argument."""
    if macro in _MATH_ACCENTS and len(body.strip()) == 1:
        return body.strip() + _MATH_ACCENTS[macro]
    if macro in {"mathbb", "mathds"}:
        return str(latex2text.fmt_math_text_style(body, "doublestruck"))
    if macro == "sqrt":
        return f"√{_bracketed(body)}"
    if macro in {"textsuperscript", "textsubscript"}:
        return _script("^" if "super" in macro else "_", body)
    return "" if macro in _REFERENCES.split("|") else _symbols().get(macro, "") + body


def _flat_symbols(text: str) -> str:
    return _MACRO.sub(lambda macro: _symbol(macro[1]), _THIN.sub("", _SILENT_MACRO.sub("", text))).strip()


def _bracketed(text: str) -> str:
    bare = text.strip()
    return bare if _NEEDS_NO_BRACKETS.fullmatch(bare) else f"({bare})"


def _symbol(macro: str) -> str:
    """Return the character of a macro; else its name, which is better than nothing."""
    return _symbols().get(macro, macro)


@cache
def _symbols() -> dict[str, str]:
    specs = latex2text.get_default_latex_context_db().iter_macro_specs()
    known = {spec.macroname: spec.simplify_repl for spec in specs if isinstance(spec.simplify_repl, str)}
    plain = {name: drawn for name, drawn in known.items() if drawn and "%" not in drawn and "<" not in drawn[:1]}
    plain |= {"to": "→", "mid": "|", "textdegree": "°", "degree": "°", "prime": "′", "quad": " ", "qquad": " "}
    return plain | {"textasciitilde": _HIDDEN["~"], "textbackslash": _HIDDEN["\\"], "today": "today", "lt": "<"}
