"""Make third-party text harmless: no control, bidi or zero-width characters, bounded."""

import re
import unicodedata

# Bidirectional overrides and isolates, zero-width and invisible characters can make a label read as another one
# (https://trojansource.codes, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
# The last four lines: variation selectors, joiners without effect, blank letters, and invisible tag characters that
# models read (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\u180b-\u180d\u180f\ufe00-\ufe0f"
    "\u034f\u17b4\u17b5"
    "\u115f\u1160\u2800\u3164\uffa0"
    "\U000e0000-\U000e0fff]"
)


def clean(text: str, limit: int) -> str:
    """Return `text` on one line without invisible or control characters, cut to `limit` characters with an ellipsis."""
    bounded = text[: limit * 4 + 64]
    plain = " ".join(_INVISIBLE.sub("", bounded).split())
    # Most texts are printable throughout; this check is far faster than filtering each character.
    visible = plain if plain.isprintable() else " ".join("".join(filter(_is_visible, plain)).split())
    return shorten(visible, limit)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


def shorten(text: str, limit: int) -> str:
    """Return `text` within `limit` characters, cut at a word if one is near, with an ellipsis if cut."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > limit * 0.6 else cut).rstrip(" ,;:.") + "…"
