"""What LaTeX's macros draw: pylatexenc's symbols, and what it doesn't know."""

import unicodedata
from functools import cache

from pylatexenc import latex2text


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TEXT_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328",
    "r": "\u030a",
}  # fmt: skip
MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "Hat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "Tilde": "\u0303",
    "bar": "\u0304", "Bar": "\u0304", "overline": "\u0304", "vec": "\u20d7", "Vec": "\u20d7", "dot": "\u0307",
    "ddot": "\u0308", "dddot": "\u20db", "check": "\u030c", "widecheck": "\u030c", "breve": "\u0306", "acute": "\u0301",
    "grave": "\u0300", "mathring": "\u030a", "overrightarrow": "\u20d7", "overleftarrow": "\u20d6",
    "overleftrightarrow": "\u20e1", "not": "\u0338", "slashed": "\u0338", "cancel": "\u0338", "underbar": "\u0331",
}  # fmt: skip

LETTERS = _words("ss ae AE oe OE aa AA o O l L i j dh DH th TH dj DJ ng NG ij IJ textmu textdegree")
"""Letters that are macros; TeX takes the space after them for their end."""

SILENT = _words("""
    it bf rm sf tt sc em sl cal mit bfseries itshape slshape scshape upshape rmfamily sffamily ttfamily mdseries
    boldmath unboldmath displaystyle textstyle scriptstyle scriptscriptstyle big Big bigg Bigg bigl
    bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm limits nolimits displaylimits noindent centering tiny
    scriptsize small large Large LARGE huge Huge normalsize footnotesize xspace protect newline par nobreak allowbreak
    nonumber notag smallskip medskip bigskip linebreak relax expandafter normalfont selectfont null strut maketitle
""")
"""Macros that draw nothing themselves."""

DROPPED = _words("""
    cite citep citet citealp citealt citeauthor citeyear citeyearpar parencite textcite autocite nocite label ref eqref
    autoref cref Cref pageref nameref footnotemark begin end color vspace hspace phantom hphantom vphantom hypersetup
    thanks includegraphics pagestyle setlength bibliography bibliographystyle index
""")
"""Macros that draw nothing, and neither do their arguments."""

FUNCTIONS = _words("""
    log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth max min sup inf lim limsup liminf
    argmax argmin arg det dim ker gcd lcm deg hom Pr sgn sign tr Tr diag rank poly polylog bmod mod logdet
""")
"""Operators that are words: a space separates them from letters."""

_MORE = {
    "ne": "≠", "to": "→", "gets": "←", "iff": "⟺", "implies": "⟹", "impliedby": "⟸", "land": "∧", "lor": "∨",
    "neg": "¬", "bot": "⊥", "models": "⊨", "vDash": "⊨", "Box": "□", "Diamond": "◇", "triangle": "△", "bigstar": "★",
    "Re": "ℜ", "Im": "ℑ", "imath": "ı", "jmath": "ȷ", "mid": "|", "colon": ":", "coloneqq": "≔", "slash": "/",
    "lbrack": "[", "rbrack": "]", "lt": "<", "gt": ">", "prime": "′", "degree": "°", "textdegree": "°", "deg": "deg",
    "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "euro": "€", "ddagger": "‡", "dag": "†", "checkmark": "✓",
    "cmark": "✓", "xmark": "✗", "textgreater": ">", "textless": "<", "textunderscore": "_", "textbar": "|",
    "textasciicircum": "^", "textasciitilde": "~", "textbackslash": "\\", "percent": "%", "texttimes": "×",
    "quad": " ", "qquad": " ", "enspace": " ", "thinspace": " ", "space": " ", "thinsp": " ", "item": "• ",
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "cf": "cf.", "eps": "ε", "dots": "…", "hdots": "…",
    "upmu": "μ", "bigcirc": "◯", "leadsto": "⇝", "varGamma": "Γ", "varDelta": "Δ", "varLambda": "Λ", "varSigma": "Σ",
    "varOmega": "Ω", "varPhi": "Φ", "varPsi": "Ψ", "varPi": "Π", "varTheta": "Θ", "textnormal": "", "limsup": "lim sup",
    "liminf": "lim inf", "argmax": "arg max", "argmin": "arg min", "bmod": "mod", "logdet": "log det",
    "rightleftharpoons": "⇌", "mathellipsis": "…", "textperthousand": "‰", "owns": "∋", "vartriangle": "△",
}  # fmt: skip
_MATH_ONLY = {"R": "ℝ", "Z": "ℤ", "N": "ℕ", "Q": "ℚ", "C": "ℂ", "RR": "ℝ", "ZZ": "ℤ", "bigO": "O", "calO": "O"}
"""What nearly everybody defines these as."""

_GREEK = frozenset(range(0x370, 0x400))
_NO_OPERATORS = frozenset("∂∇∀∃∄∑∏∐∫∬∭∮∞√¬∅∆⊤⊥∠∡∢⋯⋮⋱∁∴∵□◇△★∛∜")
_UNIT_PREFIXES = {
    "pico": "p", "nano": "n", "micro": "μ", "milli": "m", "centi": "c", "kilo": "k", "mega": "M", "giga": "G",
    "tera": "T", "peta": "P",
}  # fmt: skip
UNITS = _UNIT_PREFIXES | {
    "meter": "m", "metre": "m", "second": "s", "gram": "g", "hertz": "Hz", "byte": "B", "bit": "bit", "joule": "J",
    "watt": "W", "volt": "V", "kelvin": "K", "ampere": "A", "electronvolt": "eV", "newton": "N", "pascal": "Pa",
    "tesla": "T", "ohm": "Ω", "mole": "mol", "litre": "L", "liter": "L", "hour": "h", "minute": "min", "celsius": "°C",
    "degreeCelsius": "°C", "coulomb": "C", "percent": "%", "decibel": "dB", "per": "/", "squared": "²", "cubed": "³",
    "parsec": "pc", "arcsecond": "″",
}  # fmt: skip
"""Units as siunitx names them."""


@cache
def symbols() -> dict[str, str]:
    """Return what each macro without arguments draws."""
    specs = latex2text.get_default_latex_context_db().iter_macro_specs()
    known = {spec.macroname: spec.simplify_repl for spec in specs if isinstance(spec.simplify_repl, str)}
    plain = {
        name: drawn
        for name, drawn in known.items()
        if name.isalpha() and drawn.strip() and "%" not in drawn and drawn[:1] != "<" and name != "today"
    }
    return plain | _MORE


def symbol(name: str, math: bool) -> str:
    """Return what a macro draws; empty if it is unknown."""
    return symbols().get(name) or _upright(name) or (_MATH_ONLY.get(name, "") if math else "")


def _upright(name: str) -> str:
    """Return an upright Greek letter as a letter (upgreek: \\upalpha)."""
    drawn = symbols().get(name.removeprefix("up"), "")
    return drawn if len(drawn) == 1 and ord(drawn) in _GREEK else ""


@cache
def is_operator(drawn: str) -> bool:
    """Return True for relations, binary operators and arrows."""
    if len(drawn) != 1 or drawn in _NO_OPERATORS:
        return False
    return unicodedata.category(drawn) == "Sm" or drawn in "|·∙" or 0x2190 <= ord(drawn) <= 0x21FF


@cache
def split_name(name: str) -> tuple[str, str]:
    """Split an unknown name such as LambdaCDM into a known one and capitals: what people type without a space."""
    cut = next((n for n, letter in enumerate(name) if n > 1 and letter.isupper()), len(name))
    head = symbols().get(name[:cut], "")
    is_known = (len(head) == 1 and ord(head) in _GREEK) or name[:cut] in FUNCTIONS
    return (name[:cut], name[cut:]) if is_known and cut < len(name) else ("", name)


def double_struck(text: str) -> str:
    """Return letters and digits as blackboard bold."""
    return str(latex2text.fmt_math_text_style(text, "doublestruck"))
