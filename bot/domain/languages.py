"""Languages of summaries: those that models write well enough."""

from functools import cache

from bot.domain.text import fuzzy
from bot.domain.text.normalize import fold

LANGUAGES = {
    "ar": ("Arabic", "العربية"), "bg": ("Bulgarian", "български"), "bn": ("Bengali", "বাংলা"),
    "ca": ("Catalan", "català"), "cs": ("Czech", "čeština"), "da": ("Danish", "dansk"), "de": ("German", "Deutsch"),
    "el": ("Greek", "ελληνικά"), "en": ("English", "English"), "es": ("Spanish", "español"),
    "et": ("Estonian", "eesti"), "fa": ("Persian", "فارسی"), "fi": ("Finnish", "suomi"), "fr": ("French", "français"),
    "he": ("Hebrew", "עברית"), "hi": ("Hindi", "हिन्दी"), "hr": ("Croatian", "hrvatski"), "hu": ("Hungarian", "magyar"),
    "id": ("Indonesian", "bahasa Indonesia"), "it": ("Italian", "italiano"), "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "한국어"), "lt": ("Lithuanian", "lietuvių"), "lv": ("Latvian", "latviešu"),
    "ms": ("Malay", "bahasa Melayu"), "nl": ("Dutch", "Nederlands"), "no": ("Norwegian", "norsk"),
    "pl": ("Polish", "polski"), "pt": ("Portuguese", "português"), "ro": ("Romanian", "română"),
    "ru": ("Russian", "русский"), "sk": ("Slovak", "slovenčina"), "sl": ("Slovenian", "slovenščina"),
    "sr": ("Serbian", "српски"), "sv": ("Swedish", "svenska"), "th": ("Thai", "ไทย"), "tr": ("Turkish", "Türkçe"),
    "uk": ("Ukrainian", "українська"), "vi": ("Vietnamese", "tiếng Việt"), "zh": ("Chinese", "中文"),
}  # fmt: skip
"""ISO 639-1 codes, with the names in English and in the language itself."""

# Other things people type: countries, variants, three-letter codes (ISO 639-2) and retired codes.
_ALSO = {
    "ger": "de", "deu": "de", "at": "de", "ch": "de", "fra": "fr", "fre": "fr", "eng": "en", "us": "en", "gb": "en",
    "british": "en", "american": "en", "spa": "es", "castilian": "es", "mx": "es", "por": "pt", "br": "pt",
    "brazilian": "pt", "ita": "it", "nld": "nl", "dut": "nl", "jp": "ja", "jpn": "ja", "cn": "zh", "tw": "zh",
    "zho": "zh", "chi": "zh", "cmn": "zh", "mandarin": "zh", "kr": "ko", "kor": "ko", "rus": "ru", "ua": "uk",
    "ukr": "uk", "pol": "pl", "cz": "cs", "ces": "cs", "cze": "cs", "dk": "da", "dan": "da", "se": "sv", "swe": "sv",
    "nb": "no", "nn": "no", "nor": "no", "bokmal": "no", "fin": "fi", "gr": "el", "ell": "el", "gre": "el",
    "tur": "tr", "ara": "ar", "farsi": "fa", "fas": "fa", "per": "fa", "iw": "he", "il": "he", "heb": "he", "in": "id",
    "hin": "hi", "hun": "hu", "vn": "vi", "vie": "vi", "tha": "th", "ron": "ro", "rum": "ro", "flemish": "nl",
    "slovene": "sl", "bengali": "bn", "bangla": "bn",
}  # fmt: skip
_SURE_ENOUGH = 80


def named_language(said: str) -> str | None:
    """Return the code meant by a code, tag or name ("de", "de-AT", "GERMAN", "deutsch"), or None."""
    folded = fold(said[:60])
    whole, first = folded.replace(" ", ""), folded.split(" ", maxsplit=1)[0]
    for spoken in (whole, first):
        if spoken in LANGUAGES:
            return spoken
        found = _by_name().get(spoken) or _ALSO.get(spoken)
        if found:
            return found
    return None


def nearest_language(said: str) -> str:
    """Return the code of the nearest language name, else English."""
    meant = named_language(said)
    if meant:
        return meant
    near = fuzzy.extractOne(fold(said[:60]), list(_by_name()), scorer=fuzzy.ratio, score_cutoff=_SURE_ENOUGH)
    return _by_name()[near[0]] if near else "en"


@cache
def _by_name() -> dict[str, str]:
    return {fold(name).replace(" ", ""): code for code, names in LANGUAGES.items() for name in names}
