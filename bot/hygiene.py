"""Third-party text made harmless before anything else sees it: no control, bidi or zero-width characters, bounded."""

import re
import unicodedata

# Bidirectional overrides and isolates, zero-width and invisible characters: they make a label read as another one
# (https://trojansource.codes, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]")
_SPACES = re.compile(r"\s+")


def clean(text: str, limit: int) -> str:
    """`text` on one line without invisible or control characters, cut to `limit` characters with an ellipsis."""
    bounded = text[: limit * 4 + 64]
    plain = _SPACES.sub(" ", _INVISIBLE.sub("", bounded))
    visible = "".join(c for c in plain if unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})
    return shorten(visible.strip(), limit)


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut at a word where one is near, ending in an ellipsis where cut."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > limit * 0.6 else cut).rstrip(" ,;:.") + "…"
