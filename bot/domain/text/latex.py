"""Conversion of LaTeX in titles, names and abstracts to plain Unicode.

arXiv stores the TeX, and MathJax renders it; a chat has no MathJax.
"""

import re
import unicodedata

from bot.domain.text.tex_macros import draw_text

LONGEST = 10_000
"""Characters processed: five times arXiv's limit for an abstract (https://info.arxiv.org/help/prep.html)."""

_TEX = re.compile(r"[\\${}~]|``")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_QUOTED = re.compile(r"``(.{1,300}?)(?:''|\")", re.DOTALL)


def draw(text: str) -> str:
    """Return `text` with its LaTeX drawn, limited to its first `LONGEST` characters; never raises.

    A text never becomes empty. Percent signs and prices are text: nobody comments out half of an abstract, and "$5 and
    $10" is money.
    """
    bounded = text[:LONGEST]
    if not _TEX.search(bounded):
        return bounded
    drawn = _QUOTED.sub("“\\1”", draw_text(_PRIVATE.sub("", bounded)))
    drawn = unicodedata.normalize("NFC", _PRIVATE.sub("", drawn))
    return drawn if drawn.strip() else bounded
