"""Names and words brought to one form, so that António meets Antonio whichever of them was typed."""

import re
import unicodedata

from anyascii import anyascii

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_FOLDED = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
# Their owners write them both ways: "Müller" is "Muller" on one paper and "Mueller" on the next.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "Ø": "Oe"})


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: `fold("Corrêa, A. B.") == "correa a b"`.

    Letters of other scripts are transliterated, so that nothing that was typed folds to nothing.
    """
    plain = text if text.isascii() else _FOREIGN.sub(_transliterated, text)
    return " ".join(plain.translate(_FOLDED).split())


def expanded(name: str) -> str:
    """A name with its umlauts as two letters each: "Müller" gives "Mueller"."""
    return unicodedata.normalize("NFC", name).translate(_UMLAUTS)


def spellings(name: str) -> frozenset[str]:
    """A name folded, without its accents and with its umlauts expanded: two names with one in common are one name.

    Dropping the e of every "ae" instead would make one of Michael and Michal.
    """
    both = (fold(name),) if name.isascii() else (fold(name), fold(expanded(name)))
    return frozenset(both) - {""}


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded, each without a plural's s: "State-Space Models" gives state, space, model."""
    # Inline, as it is done for every word of a week's abstracts: "ss", "us" and "is" end no plural.
    return tuple([w[:-1] if w[-1] == "s" and len(w) > 3 and w[-2] not in "sui" else w for w in fold(text).split()])


def _transliterated(run: re.Match[str]) -> str:
    decomposed = unicodedata.normalize("NFKD", run.group())
    return anyascii("".join(c for c in decomposed if not unicodedata.combining(c)))
