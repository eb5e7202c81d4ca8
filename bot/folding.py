"""Names and words brought to one form, so that António meets Antonio whichever of them was typed."""

import re
import unicodedata

from anyascii import anyascii

_NOT_WORD = re.compile(r"[^a-z0-9]+")
# German umlauts are written both ways by their owners: "Müller" is "Muller" on one paper and "Mueller" on the next.
_DIGRAPHS = re.compile(r"(ae|oe|ue)")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: `fold("Corrêa, A. B.") == "correa a b"`.

    Letters of other scripts are transliterated, so that nothing that was typed folds to nothing.
    """
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", anyascii(bare).casefold()).strip()


def fold_digraphs(folded: str) -> str:
    """The second folding of a name: "mueller" and "muller" both give "muller"."""
    return _DIGRAPHS.sub(lambda pair: pair.group()[0], folded)


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded, each without a plural's s: "State-Space Models" gives state, space, model."""
    return tuple(_singular(word) for word in fold(text).split())


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word
