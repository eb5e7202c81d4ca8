"""Papers as BibTeX, in UTF-8 as biber, Zotero and today's BibTeX read it. Pure.

An entry is @misc with eprint and archivePrefix, as arXiv itself gives it. https://info.arxiv.org/help/hypertex/bibstyles
"""

import re
from collections.abc import Sequence

from bot.library.citations.names import Name
from bot.library.citations.reference import Reference, citation_keys

_ESCAPED = str.maketrans({
    "\\": r"{\textbackslash}",
    # BibTeX counts braces even behind a backslash: these are named.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{character: f"\\{character}" for character in "&%$#_"},
})  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORD = re.compile(r"([\W_]*)(.*?)([.,:;!?]*)", re.DOTALL)
_PARTS = re.compile(r"[-/–—‐]")


def write_bibtex(references: Sequence[Reference]) -> str:
    """An entry each, in their order, with a line between them; empty where there is none."""
    keys = citation_keys(references)
    return "\n".join(_entry(key, reference) for key, reference in zip(keys, references, strict=True))


def escape(text: str) -> str:
    """`text` as LaTeX shows it unchanged; accents and other letters stay as they are."""
    return text.translate(_ESCAPED)


def _entry(key: str, reference: Reference) -> str:
    """Addresses, ids and DOIs stand as they are: they hold nothing that LaTeX would take for its own."""
    paper, day = reference.paper, reference.day
    fields = {
        "title": _title(reference.title),
        "author": " and ".join(_author(name) for name in reference.names),
        "year": str(day[0]) if day else "",
        "month": _MONTHS[day[1] - 1] if day else "",
        "eprint": paper.id,
        "archivePrefix": "arXiv",
        "primaryClass": escape(paper.primary),
        "doi": reference.doi,
        "url": paper.abs_url,
        "note": escape(reference.journal),
        "annote": escape(reference.noted),
    }
    lines = (f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{''.join(lines)}}}\n"


def _author(name: Name) -> str:
    """As `von Last, Jr, First`, which leaves nothing to guess; a group in braces, which keep it whole."""
    if name.whole:
        return f"{{{escape(name.whole)}}}"
    family = " ".join(map(_name_word, name.family.split()))
    if any(word[:1].islower() for word in name.family.split()[:-1]):
        family = f"{{{family}}}"  # Costa e Silva: the small word isn't the beginning of a von part
    given = " ".join(map(_name_word, name.given.split()))
    return ", ".join(filter(None, (f"{name.particle} {family}".strip(), escape(name.suffix), given)))


def _name_word(word: str) -> str:
    """A word that BibTeX would take for its own stands in braces."""
    return f"{{{word}}}" if word.lower() == "and" else escape(word)


def _title(title: str) -> str:
    """With braces around what styles must not write small: GNNs always, Hilbert unless all words are capitalised."""
    words = title.split()
    long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha() and not _is_unlike_words(word)]
    capitalised = sum(word[0].isupper() for word in long)
    sentence = capitalised * 2 < len(long)
    return " ".join(_protected(word, sentence and n > 0) for n, word in enumerate(words))


def _protected(word: str, every_capital: bool) -> str:
    found = _WORD.fullmatch(word)
    before, core, after = found.groups() if found else ("", word, "")
    keeps = _is_unlike_words(core) or (every_capital and core[:1].isupper() and core != "A")
    inner = f"{{{escape(core)}}}" if keeps and core else escape(core)
    return escape(before) + inner + escape(after)


def _is_unlike_words(word: str) -> bool:
    """Whether it has capitals where words have none: GNNs, arXiv, 3D, Q-learning."""
    parts = [part.strip("#+*'’()") for part in _PARTS.split(word)]
    inside = any(character.isupper() for part in parts for character in part[1:])
    alone = any(len(part) == 1 and part.isupper() for part in parts) and word not in {"A", "I"}
    return inside or alone
