"""Parse ORCID identifiers in every form people paste, and verify the check digit."""

import re

from bot.domain.text.clean import clean
from bot.domain.text.pattern import later

_LONGEST = 200
_ID = r"(?P<id>\d{4}[-–‐‑]?\d{4}[-–‐‑]?\d{4}[-–‐‑]?\d{3}[\dX])"
_BARE = later(rf"(?:orcid\s*(?:id)?\s*[:=]?\s*)?{_ID}", re.IGNORECASE | re.ASCII)
_ADDRESS = later(rf"(?:https?://)?(?:www\.)?orcid\.org/{_ID}/?(?:[?#]\S*)?", re.IGNORECASE | re.ASCII)
_MEANT = later(r"orcid\s*(?:id)?\s*[:=].*|(?:https?://)?(?:www\.)?orcid\.org/.*", re.IGNORECASE)
_QUOTES = "\"'`“”‘’«»()[]{}<>.,;"


def find_orcid(text: str) -> str | None:
    """Return the ORCID in `text` as 0000-0002-1825-0097 if it is bare, labeled or a link; else None."""
    bare = clean(text, _LONGEST).strip(_QUOTES)
    found = _BARE.fullmatch(bare) or _ADDRESS.fullmatch(bare)
    digits = re.sub(r"[-–‐‑]", "", found["id"]).upper() if found else ""
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4)) if digits and _adds_up(digits) else None


def looks_like_orcid(text: str) -> bool:
    """Return True if `text` is meant as an ORCID, well-formed or not."""
    bare = clean(text, _LONGEST).strip(_QUOTES)
    return any(form.fullmatch(bare) for form in (_MEANT, _BARE, _ADDRESS))


def _adds_up(digits: str) -> bool:
    """ISO 7064 MOD 11-2
    (https://support.orcid.org/hc/en-us/articles/360006897674-Structure-of-the-ORCID-Identifier)."""
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[15] == ("X" if check == 10 else str(check))
