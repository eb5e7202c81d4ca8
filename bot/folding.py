"""Names and words brought to one form, so that António meets Antonio whichever of them was typed."""

import re
import unicodedata

from anyascii import anyascii

_NOT_WORD = re.compile(r"[^a-z0-9]+")
# Their owners write them both ways: "Müller" is "Muller" on one paper and "Mueller" on the next.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "Ø": "Oe"})


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: `fold("Corrêa, A. B.") == "correa a b"`.

    Letters of other scripts are transliterated, so that nothing that was typed folds to nothing.
    """
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", anyascii(bare).casefold()).strip()


def expanded(name: str) -> str:
    """A name with its umlauts as two letters each: "Müller" gives "Mueller"."""
    return unicodedata.normalize("NFC", name).translate(_UMLAUTS)


def spellings(name: str) -> frozenset[str]:
    """A name folded, without its accents and with its umlauts expanded: two names with one in common are one name.

    Dropping the e of every "ae" instead would make one of Michael and Michal.
    """
    return frozenset((fold(name), fold(expanded(name)))) - {""}


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded, each without a plural's s: "State-Space Models" gives state, space, model."""
    return tuple(_singular(word) for word in fold(text).split())


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word
