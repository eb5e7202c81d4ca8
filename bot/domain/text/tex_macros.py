"""The macros of LaTeX that take arguments, and how each is drawn."""

import re
from collections.abc import Callable

from bot.domain.text import tex_symbols as tex
from bot.domain.text.tex_layout import bracketed, lowered, script, sign, word
from bot.domain.text.tex_reader import Arguments, Macro, Reader

_INDEX = re.compile(r"\s*\[([^\[\]{}]{0,20})\]")
_LENGTH = re.compile(r"\s*-?[0-9.]*\s*(?:mu|pt|em|ex|cm|mm)?")
_STAR = re.compile(r"\*")
_DELIMITER = re.compile(r"\s*\.?")
_CODE_POINT = re.compile(r"\s*[xX]?([0-9A-Fa-f]{2,5})\s*")
_VERBATIM = re.compile(r"([^\w\s{\\])(.*?)\1")
_COPYRIGHT = re.compile(r"\{opyright\}")
_NAME = re.compile(r"\\([A-Za-z]+)\s*")
_FORMULA_NUMBER = re.compile(r"(?<=[A-Za-z)\]])[0-9]+")
_CHECKS = {"51": "✓", "52": "✔", "55": "✗", "56": "✘"}


def draw_text(text: str) -> str:
    """Return `text`, a mixture of words and TeX, as a reader sees it."""
    return Reader(text, MACROS).sequence(math=False)


def _fraction(read: Arguments) -> str:
    above, below = read.pair()
    return above if below is None else f"{bracketed(above)}/{bracketed(below)}"


def _binomial(read: Arguments) -> str:
    above, below = read.pair()
    return above if below is None else f"C({above}, {below})"


def _root(read: Arguments) -> str:
    index = read.take(_INDEX)
    degree = script("^", index[1]) if index else ""
    return f"{degree if degree[:1] != '^' else ''}√{bracketed(read.drawn())}"


def _second(read: Arguments) -> str:
    first, second = read.pair()
    return first if second is None else second


def _prescript(read: Arguments) -> str:
    above, below = read.pair()
    return script("^", above.strip()) + script("_", (below or "").strip()) + read.drawn()


def _derivative(sign_of: str) -> Macro:
    def draw(read: Arguments) -> str:
        above, below = read.pair()
        return f"d/d{above}" if below is None else f"{sign_of}{above}/{sign_of}{below}"

    return draw


def _matrix_element(read: Arguments) -> str:
    left, operator = read.pair()
    return f"⟨{left}|{operator or ''}|{read.drawn()}⟩"


def _underset(read: Arguments) -> str:
    below, body = read.pair()
    return below if body is None else body + script("_", below.strip())


def _link(read: Arguments) -> str:
    address, words = read.raw(), read.drawn()
    return (
        address if words.strip() in {"", address, address.partition("://")[2].rstrip("/")} else f"{words} ({address})"
    )


def _footnote(read: Arguments) -> str:
    words = read.drawn().strip()
    return f" ({words})" if words else ""


def _operator(read: Arguments) -> str:
    read.take(_STAR)
    return word(read.drawn().strip())


def _delimiter(read: Arguments) -> str:
    read.take(_DELIMITER)
    return ""


def _length(read: Arguments) -> str:
    read.take(_LENGTH)
    return ""


def _code_point(read: Arguments) -> str:
    found = _CODE_POINT.fullmatch(read.raw())
    return chr(int(found[1], 16)) if found and 0x20 < int(found[1], 16) < 0xD800 else ""


def _dingbat(read: Arguments) -> str:
    number = read.raw().strip()
    if number.isascii() and number.isdecimal() and 172 <= int(number[:4]) <= 191:
        return chr(int(number[:4]) + (0x2460 - 172 if int(number[:4]) < 182 else 0x2776 - 182))
    return _CHECKS.get(number, "")


def _chemistry(read: Arguments) -> str:
    formula = read.as_math()
    return _FORMULA_NUMBER.sub(lambda number: lowered(number[0]), formula).replace("->", "→")


def _arrow(read: Arguments) -> str:
    read.drawn()
    return sign("→")


def _quantity(read: Arguments) -> str:
    return f"{read.drawn()} {_unit(read)}".rstrip()


def _unit(read: Arguments) -> str:
    raw = _NAME.sub(lambda name: tex.UNITS.get(name[1], name[1]), read.raw())
    return raw.replace("{", "").replace("}", "").replace("~", " ").replace("\\", "")


def _verbatim(read: Arguments) -> str:
    found = read.take(_VERBATIM)
    return found[2] if found else ""


def _cedilla(read: Arguments) -> str:
    r"""Read `\c`. A legal line of IEEE's has `\c{opyright}`, which many papers carry along."""
    if read.take(_COPYRIGHT):
        return "©"
    follows = read.reader.text[read.reader.at : read.reader.at + 1]
    if not (follows.isspace() or follows == "{"):
        return "c"
    body = read.drawn().strip()
    return f"{body[:1]}\u0327{body[1:]}" if body[:1].isalpha() else body


def _around(before: str, after: str) -> Macro:
    return lambda read: f"{before}{read.drawn().strip()}{after}"


def _all(names: str, macro: Macro) -> dict[str, Macro]:
    return dict.fromkeys(names.split(), macro)


def _blackboard(read: Arguments) -> str:
    return tex.double_struck(read.drawn().strip())


MACROS: dict[str, Callable[[Arguments], str]] = {
    **_all("frac dfrac tfrac cfrac nicefrac sfrac", _fraction),
    **_all("binom dbinom tbinom", _binomial),
    **_all("mathbb mathds mathbbm Bbb", _blackboard),
    **_all("url nolinkurl path", Arguments.raw),
    **_all("textcolor colorbox texorpdfstring hyperlink hyperref overset stackrel scalebox footnotetext", _second),
    **_all("pmod pod", _around(" (mod ", ")")),
    **_all("operatorname mathop", _operator),
    **_all("text mbox hbox textrm textnormal textit textbf texttt textsf textsc textsl emph", Arguments.as_text),
    **_all("mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm pmb", Arguments.drawn),
    **_all("mathord mathbin mathrel mathopen mathclose smash underline uline", Arguments.drawn),
    **_all("left right middle", _delimiter),
    **_all("mkern kern hskip mskip", _length),
    **_all("SI qty", _quantity),
    **_all("si unit", _unit),
    **_all("xrightarrow xlongrightarrow", _arrow),
    "sqrt": _root,
    "underset": _underset,
    "href": _link,
    "footnote": _footnote,
    "ensuremath": Arguments.as_math,
    "textsuperscript": lambda read: script("^", read.drawn().strip()),
    "textsubscript": lambda read: script("_", read.drawn().strip()),
    "unicode": _code_point,
    "ding": _dingbat,
    "ce": _chemistry,
    "verb": _verbatim,
    "c": _cedilla,
    "ket": _around("|", "⟩"),
    "bra": _around("⟨", "|"),
    **_all("braket expval ev", _around("⟨", "⟩")),
    **_all("abs", _around("|", "|")),
    **_all("norm", _around("‖", "‖")),
    "floor": _around("⌊", "⌋"),
    "ceil": _around("⌈", "⌉"),
    **_all("mel matrixel", _matrix_element),
    "dv": _derivative("d"),
    "pdv": _derivative("∂"),
    "prescript": _prescript,
    "enquote": _around("“", "”"),
}
"""Macros by their names."""
