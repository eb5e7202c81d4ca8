"""A check of a text's language, by its script or by the small words that every sentence needs."""

import re

_SCRIPTS = {
    "ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff", "he": "\u0590-\u05ff", "hi": "\u0900-\u097f", "bn": "\u0980-\u09ff",
    "th": "\u0e00-\u0e7f", "el": "\u0370-\u03ff\u1f00-\u1fff", "bg": "\u0400-\u04ff", "ru": "\u0400-\u04ff",
    "uk": "\u0400-\u04ff", "sr": "\u0400-\u04ff", "ko": "\uac00-\ud7af\u1100-\u11ff", "ja": "\u3040-\u30ff",
    "zh": "\u4e00-\u9fff",
}  # fmt: skip
# The commonest words of prose in each language with Latin letters; many belong to several languages.
_SMALL_WORDS = {
    "ca": "el la els les de del dels i a en que per amb un una es són no com més aquest aquesta mitjançant dades",
    "cs": "a v na se je že z do pro s o ve k jsou které který která jako nebo i ale od po při tento tato tím také není",
    "da": "og i at er en et den det de til af på for med som der ikke har kan vi ved fra om eller også denne dette",
    "de": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus bei"
    " wird sind oder durch einen einer eines wie dass zur zum diese dieser",
    "en": "the of and to in is a an that for with on by are as it be this from we at or which can not their than",
    "es": "el la los las de del y a en que por con un una se es para no como más su al lo son este esta mediante entre",
    "et": "ja on ei et see mis kui ka oma või selle nende kas aga siis nii mida ning pole saab meetod kuid mille",
    "fi": "ja on ei se että joka ovat kun myös tai sen kuin mutta voi sekä niiden tämä tässä jossa jotka ole mitä",
    "fr": "le la les de des du et à en que qui un une est pour dans par sur avec ce cette au aux ne pas plus se sont"
    " il ils ces leur comme ou",
    "hr": "i u na je se za su od da s koji koja koje kao ili te ne iz do po o što bi može ovaj ova kod između također",
    "hu": "a az és hogy nem is egy van ez meg csak vagy mint azt ezt de el volt amely amelyek ezek által között már"
    " lehet több",
    "id": "dan yang di untuk dengan dari pada ini dalam adalah itu tidak ke oleh sebagai atau dapat lebih akan telah"
    " juga secara",
    "it": "il lo la i gli le di del della dei e a in che per con un una è non si da come più al nel sono questo questa"
    " tra alla delle",
    "lt": "ir yra kad į su iš ne o bet tai kaip ar šis ši šie jo jų per dėl nuo pagal kurie kuri apie gali būti taip",
    "lv": "un ir ka no uz ar par kas vai bet kā tas šis šī to tiek pie pēc lai arī nav var ko gan starp kuru",
    "ms": "dan yang di untuk dengan dari daripada pada ini dalam adalah itu tidak ke oleh sebagai atau boleh lebih akan"
    " telah juga secara kepada",
    "nl": "de het een van en in is dat op te zijn met voor die niet aan er om ook als door bij worden wordt deze of"
    " naar uit kan dan",
    "no": "og i å er en et den det de til av på for med som ikke har kan vi ved fra om eller også denne dette være",
    "pl": "i w na z do się że jest nie to o jak dla od po przez są oraz ale które który która tym może być lub także"
    " za tej",
    "pt": "o a os as de do da dos das e em que por com um uma se é para não como mais ao no na são este esta entre sua",
    "ro": "și în de la a cu pe din că nu un o este pentru care sau mai prin se sunt ca dar au fi această acest cele"
    " dintre",
    "sk": "a v na sa je že z do pre s o vo k sú ktoré ktorý ktorá ako alebo aj ale od po pri tento táto tým nie môže",
    "sl": "in v na je se za so od da s ki kot ali ter ne iz do po o bi lahko ta pri med tudi pa ni jih z",
    "sr": "i u na je se za su od da s koji koja koje kao ili te ne iz do po o što bi može ovaj ova kod između takođe",
    "sv": "och i att är en ett den det de till av på för med som inte har kan vi vid från om eller också denna detta"
    " vara",
    "tr": "ve bir bu ile için da de olarak olan daha en gibi çok ise veya ancak kadar göre her değil hem şu ki olduğu"
    " yeni",
    "vi": "và của là có cho các một những được trong không với này để từ trên đã khi đến hơn như về ra cũng hay bằng",
}
_WORDS = {code: frozenset(said.split()) for code, said in _SMALL_WORDS.items()}
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_FEW_LETTERS = 8
# A third of a technical text in Japanese or Russian may be Latin names. Neighbors (Danish and Norwegian) share words,
# but each keeps most of the other's small words.
_SCRIPT_SHARE, _KANA_SHARE, _LATIN_SHARE = 0.4, 0.1, 0.7
_SMALL_SHARE, _OF_THE_BEST, _DIFFERENT = 0.08, 0.8, 2
_MANY_WORDS = 50
"""One long technical sentence in 400 is a list of names with few small words; two or three together never are."""


def is_written_in(text: str, lang: str, few_words: int = 25) -> bool:
    """Return True if `text` is in the language of an ISO 639-1 code, or if it is too short to tell.

    For languages with Latin letters, fewer than `few_words` words are too short: technical sentences hold few small
    words.

    Languages that differ only in words that few texts hold (Danish and Norwegian, Persian and Arabic) count as one.
    """
    letters = "".join(_LETTER_RUN.findall(text))
    if len(letters) < _FEW_LETTERS:
        return True
    in_script = _share(letters, _SCRIPTS[lang]) if lang in _SCRIPTS else 0.0
    if lang == "ja":
        return in_script >= _KANA_SHARE
    if lang == "zh" and _share(letters, _SCRIPTS["ja"]) >= _KANA_SHARE:
        return False
    if in_script >= _SCRIPT_SHARE:
        return True
    return lang in _WORDS and _is_latin(letters) and _has_its_small_words(text, lang, few_words)


def _share(letters: str, ranges: str) -> float:
    return len(re.findall(f"[{ranges}]", letters)) / len(letters)


def _is_latin(letters: str) -> bool:
    return sum(letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" for letter in letters) >= _LATIN_SHARE * len(letters)


def _has_its_small_words(text: str, lang: str, few_words: int) -> bool:
    spoken = [word.lower() for word in _LETTER_RUN.findall(text)]
    if len(spoken) < few_words:
        return True
    shares = {code: sum(word in small for word in spoken) / len(spoken) for code, small in _WORDS.items()}
    if lang != "en" and len(_WORDS[lang].intersection(spoken)) < _DIFFERENT:
        return False  # "in" is also German
    least = _SMALL_SHARE if len(spoken) >= _MANY_WORDS else 0.0
    return shares[lang] >= max(least, _OF_THE_BEST * max(shares.values()))
