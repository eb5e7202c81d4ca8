r"""Unicode written as TeX that LaTeX sets without a package: α as $\alpha$, ℝ^d as $\mathbb{R}^d$, ệ as {\d{\^{e}}}.

Accented letters that LaTeX knows in UTF-8 stay as they are (https://www.latex-project.org/news/latex2e-news/ltnews28.pdf).
Other scripts than Latin and Greek are transliterated: LaTeX has no letters for them.
"""

import re
import unicodedata
from functools import cache

from anyascii import anyascii

from bot.domain.text import tex_symbols as tex
from bot.domain.text.pattern import later

_ESCAPES = {
    "\\": r"{\textbackslash}",
    # BibTeX counts braces even after a backslash, so use their names.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{character: f"\\{character}" for character in "&%$#_"},
}
_AS_IS = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿĀāĂăĆćĈĉĊċČčĎďĒēĔĕĖėĚěĜĝĞğĠġĢģĤĥĨĩĪīĬĭİıĴĵĶķĹĺĻļĽľŁłŃńŅņŇň"
    "ŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŴŵŶŷŸŹźŻżŽžǍǎǏǐǑǒǓǔȘșȚț"
    "¡¢£¥§©ª®°¶º¼½¾¿–—‘’“”‡•…‰€™"
)
_BY_PREAMBLE = {
    **dict.fromkeys("ĄąĘęĮįŲųǪǫ", "k"), "Đ": "DJ", "đ": "dj", "Ð": "DH", "ð": "dh", "Þ": "TH", "þ": "th", "Ŋ": "NG",
    "ŋ": "ng",
}  # fmt: skip
"""Letters that LaTeX's oldest encoding lacks: `preamble` lends them from the next one."""
_WRITTEN = {"«": "<<", "»": ">>", "„": ",,", "‚": ",", "‹": "<", "›": ">", "‐": "-", "‑": "-", "−": "-", "\u00a0": " "}
_OWN = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi
    omega varepsilon vartheta varpi varrho varsigma varphi Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    aleph ell wp Re Im partial infty emptyset nabla top bot triangle forall exists neg flat natural sharp coprod prod
    sum int oint wedge vee cap cup sqcap sqcup uplus amalg diamond bullet wr div odot oslash otimes ominus oplus mp pm
    circ bigcirc setminus cdot ast times star propto sqsubseteq sqsupseteq parallel dashv vdash Leftrightarrow
    Leftarrow Rightarrow leq geq succ prec approx succeq preceq supset subset supseteq subseteq in ni gg ll
    leftrightarrow leftarrow rightarrow sim simeq perp equiv asymp smile frown uparrow downarrow updownarrow Uparrow
    Downarrow rceil lceil rfloor lfloor hbar angle neq mapsto hookrightarrow hookleftarrow
    longrightarrow longleftarrow Vert nearrow searrow cdots ldots notin models cong doteq bowtie bigtriangleup
    bigtriangledown leftharpoonup rightharpoonup rightleftharpoons dagger
"""
"""Symbols of LaTeX without a package (fontmath.ltx)."""
_LIKE = {
    "≲": r"\stackrel{<}{\sim}", "≳": r"\stackrel{>}{\sim}", "⩽": r"\leq", "⩾": r"\geq", "∅": r"\emptyset",
    "√": r"\surd", "⋅": r"\cdot", "‖": r"\Vert", "′": "'", "∆": r"\Delta", "⟶": r"\longrightarrow", "∗": "*",
    "⟨": r"\bigl<", "⟩": r"\bigr>", "∣": "|", "≔": ":=", "∼": r"\sim", "ℏ": r"\hbar", "⊙": r"\odot", "☉": r"\odot",
    "⊊": r"\subset", "∖": r"\setminus", "⇝": r"\rightarrow", "↛": r"\not\rightarrow", "⊄": r"\not\subset",
    "∄": r"\not\exists", "µ": r"\mu", "<": "<", ">": ">", "|": "|",
}  # fmt: skip
"""What others are written as. Biber turns \\langle into a character that LaTeX refuses in formulas."""
_MATH_ESCAPES = {
    " ": r"\ ", "\\": r"\backslash", "^": r"\wedge", "~": r"\sim", "{": r"\lbrace", "}": r"\rbrace",
}  # fmt: skip
_MATH_MARKS = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u20d7": "vec", "\u0307": "dot",
    "\u0308": "ddot", "\u030c": "check", "\u0306": "breve", "\u0301": "acute", "\u0300": "grave", "\u030a": "mathring",
    "\u0331": "underline",
}  # fmt: skip
_TEXT_MARKS = {mark: name for name, mark in tex.TEXT_ACCENTS.items()}
_MARKED = later(rf"\{{\\(?:{'|'.join(map(re.escape, tex.TEXT_ACCENTS))})\{{[A-Za-z]\}}\}}")
_MARK = "[\u0300-\u036f\u20d0-\u20f0]"
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₙₐₑₒₓₕₗₘₚₛₜᵣᵤᵥ"
_ALPHANUMERIC = rf"[^\W_{_RAISED}{_LOWERED}]"
_SCRIPT = rf"(?:\((?:[^()]|\([^()]*\))*\)|{_ALPHANUMERIC}+|[*∗†⊤⊥∞⋆⊙])"
_ROOT = rf"√(?:\([^()]*\)|{_ALPHANUMERIC}+)?"
_UPPER, _LOWER = rf"(?:(?<=\w)\*)?[{_RAISED}]+(?:\*[{_RAISED}]+)*", rf"[{_LOWERED}]+"
_PIECE = later(
    rf"{_ROOT}|[\^_]{_SCRIPT}|\*?[{_RAISED}]+(?:\*[{_RAISED}]+)*|{_LOWER}|[A-Za-z]{{3,}}|.{_MARK}*", re.DOTALL
)
_CLUSTER = later(rf".{_MARK}*", re.DOTALL)


@cache
def _symbols() -> dict[str, str]:
    own = {tex.symbols()[name]: f"\\{name}" for name in reversed(_OWN.split()) if name in tex.symbols()}
    return {**own, **_LIKE}


@cache
def _run() -> re.Pattern[str]:
    """Find formulas: symbols, scripts and roots, and a letter that has a script or an accent of its own."""
    symbols = "".join(map(re.escape, _symbols()))
    symbol = rf"[{symbols}ℂℍℕℙℚℝℤάέήίύώ\U0001d400-\U0001d7ff]{_MARK}*"
    letter = rf"[A-Za-z]{_MARK}+|(?<![^\W_])(?:[A-Za-z](?=[\^_]{_SCRIPT})|[Ḁ-ỿ](?![^\W_]))"
    after = rf"(?<=[\w)\]])\^{_SCRIPT}"
    piece = rf"{_ROOT}|{symbol}|{letter}|{_UPPER}|{_LOWER}"
    return re.compile(rf"(?:(?:{piece}|{after})(?:[\^_]{_SCRIPT})*)+")


def encode(text: str) -> str:
    """Return `text` as TeX, for text mode."""
    written, at = list[str](), 0
    for found in _run().finditer(text):
        written += [*map(_in_text, _CLUSTER.findall(text[at : found.start()])), f"${_formula(found[0])}$"]
        at = found.end()
    return "".join([*written, *map(_in_text, _CLUSTER.findall(text[at:]))])


def preamble(text: str) -> str:
    """Return definitions that TeX of `encode` needs where no package has them; empty if none."""
    commands = sorted({_BY_PREAMBLE[letter] for letter in text if letter in _BY_PREAMBLE})
    bold = [r"\providecommand{\mathbb}[1]{\mathbf{#1}}"] if r"\mathbb{" in text else []
    marked = {_read_back(written) for written in _MARKED.findall(text)}
    letters = sorted(filter(_is_lent_whole, marked | {*text}))
    return " ".join([*map(_lent, commands), *bold, *map(_lent_whole, letters)])


def _read_back(written: str) -> str:
    r"""Return the letter that `{\d{o}}` stands for."""
    return unicodedata.normalize("NFC", written[-3] + tex.TEXT_ACCENTS[written[2:-4]])


def _is_lent_whole(letter: str) -> bool:
    """Return True for an accented letter, which LaTeX has no character for."""
    base, *marks = list(unicodedata.normalize("NFD", letter))
    known = letter in _AS_IS or letter in _BY_PREAMBLE
    return (
        not known and base.isascii() and base.isalpha() and bool(marks) and all(mark in _TEXT_MARKS for mark in marks)
    )


def _lent_whole(letter: str) -> str:
    r"""Define a character by its accents, since biber makes one of `{\d{o}}`; it doesn't look into `csname`.

    LaTeX keeps the meaning of each character in UTF-8 under this name (https://ctan.org/pkg/inputenc, utf8ienc.dtx).
    The outer braces are for BibTeX, to which the name of the accent in ẅ is the end of its string.
    """
    written, *marks = list(unicodedata.normalize("NFD", letter))
    for mark in marks:
        name = _TEXT_MARKS[mark].replace("~", r"\string~")  # which is a space elsewhere
        written = rf"\csname {name}\endcsname{{{written}}}"
    return rf"{{\expandafter\gdef\csname u8:\detokenize{{{letter}}}\endcsname{{{written}}}}}"


def _lent(command: str) -> str:
    name = rf"\expandafter\providecommand\csname?\string\{command}\endcsname"
    if command == "k":
        return rf"{name}[1]{{\UseTextAccent{{T1}}{{\k}}{{#1}}}}"
    return rf"{name}{{\UseTextSymbol{{T1}}{{\{command}}}}}"


def _formula(text: str) -> str:
    """Return `text` as TeX, for math mode."""
    written, seen = "", set[str]()
    for piece in _PIECE.findall(text):
        kind, drawn = _kind(piece), _in_math(piece)
        if kind in seen:  # TeX refuses two of one kind in a row
            written, seen = written + "{}", set()
        seen = {*seen, kind} if kind else set()
        written += (" " if re.search(r"\\[A-Za-z]+$", written) and drawn[:1].isalpha() else "") + drawn
    return written


def _kind(piece: str) -> str:
    if piece[-1] in _RAISED or piece[0] == "′" or (piece[0] == "^" and len(piece) > 1):
        return "^"
    return "_" if piece[0] in _LOWERED or (piece[0] == "_" and len(piece) > 1) else ""


def _in_math(piece: str) -> str:
    first, rest = piece[0], piece[1:]
    if first == "√" and rest:
        return rf"\sqrt{{{_formula(_bare(rest))}}}"
    if first in "^_" and rest:
        return first + _grouped(_formula(_bare(rest)))
    if kind := _kind(piece) if first != "′" else "":
        return kind + _grouped(unicodedata.normalize("NFKD", piece).replace("−", "-"))
    return rf"\mathrm{{{piece}}}" if rest.isalpha() else _symbol(piece)


def _bare(text: str) -> str:
    return text[1:-1] if text[0] == "(" and text[-1] == ")" else text


def _grouped(written: str) -> str:
    return written if len(written) == 1 else f"{{{written}}}"


def _symbol(cluster: str) -> str:
    """Return a character and its accents, for math mode."""
    whole = unicodedata.normalize("NFC", cluster)
    base, *marks = list(whole if whole in _symbols() else unicodedata.normalize("NFD", cluster))
    written = _base(base)
    for mark in marks:
        if mark == "\u0338":
            written = rf"\not{written}"
        elif mark in _MATH_MARKS:
            written = rf"\{_MATH_MARKS[mark]}{{{written}}}"
    return written


def _base(character: str) -> str:
    if known := _symbols().get(character) or _MATH_ESCAPES.get(character):
        return known
    plain = unicodedata.normalize("NFKD", character)
    if "DOUBLE-STRUCK" in unicodedata.name(character, "") and plain.isascii():
        return rf"\mathbb{{{plain}}}" if plain.isalpha() else rf"\mathbf{{{plain}}}"
    if "SCRIPT CAPITAL" in unicodedata.name(character, ""):
        return rf"\mathcal{{{plain}}}"
    if plain != character and plain in _symbols():
        return _symbols()[plain]
    return plain if plain.isascii() and plain.isalnum() else _boxed(character)


def _boxed(character: str) -> str:
    written = _in_text(character)
    return written if character.isascii() or not written else rf"\mbox{{{written}}}"


def _in_text(cluster: str) -> str:
    """Return a character and its accents, for text mode."""
    whole = unicodedata.normalize("NFC", cluster)
    if whole in _AS_IS or whole in _BY_PREAMBLE:
        return whole
    base, *marks = list(unicodedata.normalize("NFD", cluster))
    if len(whole) == 1 and len(marks) > 1 and _is_lent_whole(whole):
        return whole  # biber splits an accent on an accented letter
    if base in _ESCAPES or base in _WRITTEN:
        written = _ESCAPES.get(base) or _WRITTEN[base]
    elif base in _AS_IS or base in _BY_PREAMBLE or " " <= base <= "~":
        written = base
    else:
        written = (anyascii(base) or "?").translate({ord(sign): escaped for sign, escaped in _ESCAPES.items()})
    for mark in marks:
        if mark in _TEXT_MARKS and base.isalpha():
            inner = written[1:-1] if written[:1] == "{" else written
            written = rf"{{\{_TEXT_MARKS[mark]}{{{inner}}}}}"
    return written
