"""Hostile and random input by users, and hostile texts by arXiv and by models."""

import re
from dataclasses import replace

from hypothesis import strategies as st

from bot.domain.paper import Paper
from support.builders.sample_cards import PAPER

FRAGMENTS = (
    "<!channel>", "<!here|x>", "<!subteam^S1>", "<!date^1^x^https://evil.example|y>", "<@U1>", "<#C1|general>",
    "@everyone", "@here", "@channel", "<@1>", "<@&1>", "</x:1>", "<t:1:R>", "<:a:1>", ":smile:", "discord.gg/x",
    "discord.com/invite/x", "https://discord.gg/x", "[x](http://evil.example)", "](https://evil.example)", "[[", "]]",
    "<http://evil.example|arxiv.org>", "<http://arxiv.org/abs/2605.05971|evil>", "<https://evil.example>",
    "http://evil.example", "HTTPS://EVIL.EXAMPLE", "hthttps://tps://e", "javascript:alert(1)", "www.evil.example",
    "&lt;!channel&gt;", "&amp;lt;@U1&amp;gt;", "&#60;!channel&#62;", "%3C!channel%3E", "%0d%0aFLUSHALL", "%00",
    "\r\nFLUSHALL\r\n", "*1\r\n$8\r\nFLUSHALL\r\n", "'; DROP TABLE papers;--", "lark:places", "{slack:T1}", "{}",
    "{0}", "{x.__class__}", "%s%n%x", "${7*7}", "`id`", "$(id)", "../../etc/passwd", "*", "?", "[a-z]", "h[^e]llo",
    "\\", "\\\\", "\x00", "\x07", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x1b\\x",
    "\x9b2J", "\x9d", "[red]", "[link=http://evil.example]x[/link]", "[/]", "\u202egpj.exe", "\u2066x\u2069", "\u200b",
    "\u2060", "\ufeff", "\u00ad", "\u3164\u3164", "\U000e0041\U000e0042", "\ud800", "\udfff\ud800", "\uffff",
    "\U0010ffff",
    "**b**", "__u__", "~~s~~", "||s||", "```", "`", "# ", "-# ", "> ", ">>> ", "- ", "1. ", "\n", "\r", "\t", "\v",
    "\u2028", "\u0085", "$x^{2^{2^{2}}}$", "\\frac{\\frac{1}{2}}{3}", "{" * 40, "$" * 9, "\\" * 9, "^" * 30,
    "\\begin{x}", "\\href{http://evil.example}{arxiv.org}", "\\input{/etc/passwd}", "9" * 400, "1e999", "-1", "NaN",
    "0x10", "٣", "²", "½", "Ⅷ", "👩‍👩‍👧‍👦", "🏳️‍🌈", "é" * 20, "Z" + "\u0301" * 60, "李雷", "Müller", "Οδυσσεύς",
    "يسوع", "ﷺ", "𝕏𝕐", "İ", "ß", "ǅ", "#", "@", "|", "//", "::", '"', "“”", "''", "author:", "category:", "topic:",
    "orcid:", "openalex:A1", "openalex :", "2605.05971", "2605.05971v99999", "cs.LG", "cs.*", "25:61", "24:00", "9pm",
    "99am", "00:00", "Europe/Berlin", "Europe/../Berlin", "/etc/localtime", "posix/UTC", "Factory", "2026-02-30",
    "2026-W20-1", "20260512", "9999-12-31", "0001-01-01", "2026-05-12T09:00", "top=", "top=-1", "top=1e3", "top=٣",
    "top=" + "9" * 5000, "days=", "days=mon-", "days=-", "days=sun-sat-mon", "lang=", "lang=en-", "at=", "tz=", "zone=",
    "on", "off", "show", "all", "points", "help", "paperlark", "/digest on", "survey",
)  # fmt: skip


class Endless(str):
    """A text too long to print when a test fails."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self[:20]!s:.20}… ({len(self)} characters)".encode("ascii", "backslashreplace").decode()


LONG = tuple(
    Endless(unit * 10_000) for unit in ("a", "@", "<", "[", "\\", "{", "$", "^", "\x1b[", "\u202e", "🙂", "é", "<@1> ")
)
"""Texts of ten thousand characters and more."""

_UNFIT_FOR_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_mixtures = st.lists(st.sampled_from(FRAGMENTS) | st.text(st.characters(), max_size=6), max_size=8).map("".join)
_sentences = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map(" ".join)
typed = st.one_of(st.sampled_from(FRAGMENTS), _sentences, _mixtures, st.text(st.characters(), max_size=40)) | (
    st.tuples(st.sampled_from(LONG), st.sampled_from(FRAGMENTS)).map(lambda pair: Endless("".join(pair)))
)
"""Any text, including an empty one."""


def for_xml(text: str) -> str:
    """Return the characters of a text that XML can hold."""
    return _UNFIT_FOR_XML.sub("", text)


stated = (_sentences | _mixtures).map(for_xml)
"""Text like `typed`, limited to what XML can hold."""


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Return a paper with hostile text in every field that its authors may fill; the test sets its id."""
    return replace(
        PAPER,
        title=draw(stated),
        abstract=draw(stated | st.sampled_from(LONG[:6]) | stated.map(lambda text: f"{PAPER.abstract} {text}")),
        authors=tuple(draw(st.lists(stated, min_size=1, max_size=5))),
        categories=("cs.LG", *draw(st.lists(stated, max_size=3))),
        comment=draw(stated),
        journal_ref=draw(stated),
        doi=draw(stated),
    )
