"""Find arXiv ids wherever they stand in a text: sites, mirrors, library proxies, redirects, citations, lists. Pure."""

import re
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from urllib.parse import unquote

from bot.domain.arxiv_id import ID, OLD_ARCHIVES, WRAPPED, canonical
from bot.domain.text.clean import clean
from bot.domain.text.pattern import later

MOST_CHARACTERS = 40_000
"""The longest message of any platform; what comes after is ignored."""

_MOST_ENCODED = 3
"""A redirect to a redirect encodes an address twice."""

_LOOK_BACK = 24
"""Characters before an id that tell what it is."""

_CANDIDATE = later(ID, re.IGNORECASE)

_SITES = later(
    r"(?:^|[/.@])(?:(?:ar5iv|alphaxiv)\.org|(?:huggingface|hf)\.co/papers|emergentmind\.com/papers"
    r"|xxx\.(?:lanl\.gov|itp\.ac\.cn|uni-augsburg\.de)|front\.math\.ucdavis\.edu|10\.48550)/",
    re.IGNORECASE,
)
"""Addresses that hold an id without the word arXiv: readers, and arXiv's mirrors under its first name, xxx."""

_OTHER_DOI = later(r"10\.(?!48550/)[0-9]{4,9}/")

# What may stand before an id in a word without spaces, and between two ids.
_KEY = later(r"(?:^|\W)(?:eprint|id|pid|paper|paper_?id|arxiv_?id|id_list)=$", re.IGNORECASE)
_PAGE = later(r"[^0-9a-z/]*(?:corr/)?(?:abs|pdf|html)/", re.IGNORECASE)
_NO_OPENING = frozenset("/.=+-−$€£¥#@%&\\^")
_BETWEEN = later(r"[,;/|+&、，；·]|\W?https?:\W*", re.IGNORECASE)

# No digit, letter or sign may follow that makes it another number.
_AFTER = later(
    r"(?:\.pdf|\.ps)?"
    r"(?=$|https?:|_|[,;/|+&](?:[0-9]{4}\.[0-9]{4}|[a-z-]+/[0-9]{7})|(?![.,:]?[0-9]|-[0-9]|[@%$€£¥])[^0-9a-z])",
    re.IGNORECASE,
)

# Words before and after a number that is no id.
_PHONE = later(r"\+[0-9(]{2}|(?:tel|phone|fax|mobile)\b", re.IGNORECASE)
_LABEL = later(
    r"[$€£¥]|(?:isbn|issn|build|version|ver|v|release|rev|revision|invoice|order|ticket|price|usd|eur|gbp)[.:]?",
    re.IGNORECASE,
)
_UNIT = later(
    r"(?:[%€$£¥°]|usd|eur|gbp|[kmgt]?hz|[kmgt]?i?b|[kmgt]?ev|[kcmnμ]?m|[kmμ]?g|[mμn]?s|km/h|[km]?pc)[.,;:!?)]?",
    re.IGNORECASE,
)

# ADS has codes of 19 characters (https://ui.adsabs.harvard.edu/help/actions/bibcode): 2023arXiv230213971T,
# 2012arXiv1201.1234S, and 1999hep.th....1001S for hep-th/9901001.
_ADS = later(r"(?<![0-9a-z])(?:19|20)[0-9]{2}arxiv([0-9]{4})\.?([0-9]{4,5})[a-z.](?![0-9a-z])", re.IGNORECASE)
_ADS_OLD = later(r"(?<![0-9A-Za-z])(?:19|20)([0-9]{2})([a-z.]{2,12}?)\.*([0-9]{4,5})[A-Z](?![0-9A-Za-z])")
_ADS_LENGTH = 19

# https://arxiv.org/ftp/hep-th/papers/9901/9901001.pdf and https://arxiv.org/PS_cache/hep-th/pdf/9901/9901001v1.pdf
_FOLDERS = later(rf"/({OLD_ARCHIVES})/(?:papers|pdf|ps)/[0-9]{{4}}/(?=[0-9]{{7}})", re.IGNORECASE)
_DBLP = later(r"corr/abs-([0-9]{4})-(?=[0-9]{4,5})", re.IGNORECASE)

# Proofpoint's version 2 writes "%" as "-" and "/" as "_". Others write addresses in base64, which then begin as "http".
_PROOFPOINT = later(r"urldefense(?:\.proofpoint)?\.com/v2/url\?u=([^&\s]+)", re.IGNORECASE)
_BASE64 = re.compile(r"aHR0c[A-Za-z0-9+/_-]{10,2000}")
_URL_SAFE = str.maketrans("+/", "-_")


def ids_in(text: str) -> list[str]:
    """Return the versionless ids in a text, each once, in order.

    In an address, an id counts on a known site or after the word arXiv, as in proxies and redirects. Other decimals
    aren't ids: prices, telephone numbers, versions, other publishers' DOIs. Nor is what only a link's label names.
    """
    found: list[str] = []
    words = _plain(text).split()
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        numeric = _PHONE.match(before) or _PHONE.match(word) or _LABEL.fullmatch(before) or _UNIT.fullmatch(after)
        found += _of_word(word, numeric is not None)
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Return the text with its addresses decoded, and other writings of ids as arXiv's own."""
    plain = clean(WRAPPED.sub(r" \1 ", unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])), MOST_CHARACTERS)
    plain = _PROOFPOINT.sub(lambda found: found[1].replace("-", "%").replace("_", "/"), plain)
    plain = _BASE64.sub(_decoded, plain)
    for _ in range(_MOST_ENCODED):
        plain = unquote(plain) if "%" in plain else plain
    plain = _ADS_OLD.sub(_of_ads, _ADS.sub(r" arXiv:\1.\2 ", plain))
    return _DBLP.sub(r"arXiv:\1.", _FOLDERS.sub(r"/arxiv/\1/", plain))


def _of_word(word: str, numeric: bool) -> Iterator[str]:
    """Yield the ids in a text without spaces; in one that is `numeric`, bare digits are no id."""
    named, slash, end = word.lower().find("arxiv"), word.find("/"), 0
    site, other = _SITES.search(word), _OTHER_DOI.search(word)
    for found in _CANDIDATE.finditer(word):
        paper_id, start = canonical(found), found.start()
        if not paper_id or not _AFTER.match(word, found.end()) or (other and other.end() <= start):
            continue
        is_named = 0 <= named < start or (site and site.end() <= start)
        if is_named:
            begins = not word[start - 1].isdigit()
        else:
            follows = end > 0 and _BETWEEN.fullmatch(word, end, start)
            begins = not numeric and bool(follows or _opens(word, start, 0 <= slash < start))
        if begins:
            yield paper_id
            end = found.end()


def _opens(word: str, start: int, after_slash: bool) -> bool:
    """Return True if a bare id may begin there: after nothing, a sign that opens, a key, or the name of a page."""
    before = word[max(0, start - _LOOK_BACK) : start]
    if after_slash:
        return start <= _LOOK_BACK and _PAGE.fullmatch(before) is not None
    if _KEY.search(before):
        return True
    before = before.rstrip("*_~")
    last = before[-1:]
    thousands = last == "," and before[-2:-1].isdigit()
    return not ((last.isascii() and last.isalnum()) or last in _NO_OPENING or thousands)


def _decoded(found: re.Match[str]) -> str:
    coded = found[0].translate(_URL_SAFE)
    whole = coded[:-1] if len(coded) % 4 == 1 else coded  # one letter more encodes nothing
    return urlsafe_b64decode(whole + "=" * (-len(whole) % 4)).decode("ascii", "ignore")


def _of_ads(found: re.Match[str]) -> str:
    archive = found[2].strip(".").replace(".", "-")
    return f" arXiv:{archive}/{found[1]}{found[3]:0>5} " if len(found[0]) == _ADS_LENGTH else found[0]
