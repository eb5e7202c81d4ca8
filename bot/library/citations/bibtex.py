"""BibTeX in UTF-8, as biber, Zotero and current BibTeX read it, and as LaTeX sets it without a package. Pure.

An entry is @misc with eprint and archivePrefix, as arXiv gives it. https://info.arxiv.org/help/hypertex/bibstyles
"""

import re
from collections.abc import Sequence

from bot.domain.paper_source import own_id
from bot.domain.text.tex_encode import encode, preamble
from bot.library.citations.names import Name
from bot.library.citations.reference import Reference, citation_keys

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORD = re.compile(r"([\W_]*)(.*?)([.,:;!?]*)", re.DOTALL)
_PARTS = re.compile(r"[-/–—‐]")


def write_bibtex(references: Sequence[Reference]) -> str:
    """Return an entry for each reference, in order, separated by a line; empty without references."""
    keys = citation_keys(references)
    entries = "\n".join(_entry(key, reference) for key, reference in zip(keys, references, strict=True))
    needed = preamble(entries)
    return f'{entries}\n@preamble{{"{needed}"}}\n' if needed else entries


def _entry(key: str, reference: Reference) -> str:
    """Return an entry; URLs, ids and DOIs contain nothing special to LaTeX."""
    paper, day = reference.paper, reference.day
    fields = {
        "title": _title(reference.title),
        "author": " and ".join(_author(name) for name in reference.names),
        "year": str(day[0]) if day else "",
        "month": _MONTHS[day[1] - 1] if day else "",
        "eprint": own_id(paper.id),
        "archivePrefix": reference.publisher,
        "primaryClass": encode(paper.primary),
        "doi": reference.doi,
        "url": paper.abs_url,
        "note": encode(reference.journal),
        "annote": encode(reference.noted),
    }
    lines = (f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{''.join(lines)}}}\n"


def _author(name: Name) -> str:
    """Return `von Last, Jr, First`, which is unambiguous; a group in braces, which keep it whole."""
    if name.whole:
        return f"{{{encode(name.whole)}}}"
    family = " ".join(map(_name_word, name.family.split()))
    if any(word[:1].islower() for word in name.family.split()[:-1]):
        family = f"{{{family}}}"  # Costa e Silva: the small word isn't the beginning of a von part
    given = " ".join(map(_name_word, name.given.split()))
    return ", ".join(filter(None, (f"{name.particle} {family}".strip(), encode(name.suffix), given)))


def _name_word(word: str) -> str:
    """Put a word with a meaning in BibTeX in braces, such as one whose letter becomes a comma."""
    written = encode(word)
    return f"{{{written}}}" if word.lower() == "and" or "," in written else written


def _title(title: str) -> str:
    """Brace what styles must not lowercase: GNNs always, Hilbert unless the title is in title case."""
    words = title.split()
    long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha() and not _is_unlike_words(word)]
    capitalized = sum(word[0].isupper() for word in long)
    sentence = capitalized * 2 < len(long)
    return " ".join(_protected(word, sentence and n > 0) for n, word in enumerate(words))


def _protected(word: str, every_capital: bool) -> str:
    found = _WORD.fullmatch(word)
    before, core, after = found.groups() if found else ("", word, "")
    if "$" in encode(word).replace(r"\$", ""):
        return f"{{{encode(before + core)}}}{encode(after)}"
    keeps = _is_unlike_words(core) or (every_capital and core[:1].isupper() and core != "A")
    inner = f"{{{encode(core)}}}" if keeps and core else encode(core)
    return encode(before) + inner + encode(after)


def _is_unlike_words(word: str) -> bool:
    """Return True if it has unusual capitals: GNNs, arXiv, 3D, Q-learning."""
    parts = [part.strip("#+*'’()") for part in _PARTS.split(word)]
    inside = any(character.isupper() for part in parts for character in part[1:])
    alone = any(len(part) == 1 and part.isupper() for part in parts) and word not in {"A", "I"}
    return inside or alone
