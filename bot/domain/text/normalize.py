"""Normalize names and words, so that António matches Antonio."""

import re
import unicodedata

from anyascii import anyascii

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_FOLDED = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
# People write them both ways: "Müller" is "Muller" on one paper and "Mueller" on the next.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "Ø": "Oe"})


def fold(text: str) -> str:
    """Return lower case without accents and punctuation: `fold("Corrêa, A. B.") == "correa a b"`.

    Letters of other scripts are transliterated, so no typed word becomes empty.
    """
    plain = text if text.isascii() else _FOREIGN.sub(_transliterated, text)
    return " ".join(plain.translate(_FOLDED).split())


def expanded(name: str) -> str:
    """Return a name with umlauts as two letters: "Müller" gives "Mueller"."""
    return unicodedata.normalize("NFC", name).translate(_UMLAUTS)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of `text`, without plural s: "State-Space Models" gives state, space, model."""
    # Inline for speed: it runs on every word of a week's abstracts. Words in "ss", "us" and "is" aren't plurals.
    return tuple([w[:-1] if w[-1] == "s" and len(w) > 3 and w[-2] not in "sui" else w for w in fold(text).split()])


def _transliterated(run: re.Match[str]) -> str:
    decomposed = unicodedata.normalize("NFKD", run.group())
    return anyascii("".join(c for c in decomposed if not unicodedata.combining(c)))
