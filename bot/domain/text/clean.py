"""Third-party text made harmless before anything else sees it: no control, bidi or zero-width characters, bounded."""

import re
import unicodedata

# Bidirectional overrides and isolates, zero-width and invisible characters: they make a label read as another one
# (https://trojansource.codes, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
# The last four lines: variation selectors, joiners that join nothing, letters without a shape, and a second alphabet
# that nobody sees and models read (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\u180b-\u180d\u180f\ufe00-\ufe0f"
    "\u034f\u17b4\u17b5"
    "\u115f\u1160\u2800\u3164\uffa0"
    "\U000e0000-\U000e0fff]"
)


def clean(text: str, limit: int) -> str:
    """`text` on one line without invisible or control characters, cut to `limit` characters with an ellipsis."""
    bounded = text[: limit * 4 + 64]
    plain = " ".join(_INVISIBLE.sub("", bounded).split())
    # Most texts are printable throughout, which is seen at once; going character by character takes far longer.
    visible = plain if plain.isprintable() else " ".join("".join(filter(_is_visible, plain)).split())
    return shorten(visible, limit)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut at a word where one is near, ending in an ellipsis where cut."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > limit * 0.6 else cut).rstrip(" ,;:.") + "…"
