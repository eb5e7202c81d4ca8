"""Check that a gist reads as a whole: nothing open, nothing dangling, nothing that points to a sentence before."""

import re

from bot.domain.text.pattern import later
from bot.summaries.gist.verbs import has_verb

_OPEN, _CLOSED = "([{“«", ")]}”»"
_LEADING_ON = (
    "a an the and or but nor of to in on at by for from with without into onto via per as than that which who whom"
    " whose where when while whereas if because since although though is are was were be been being has have had do"
    " does did can could may might must shall should will would not no our their its his her this these those such"
    " both either neither between among across through over under using based including only also more most less"
    " very each every all any some many several few two three four five against toward towards about within e.g"
    " i.e eg ie vs cf et so then even up due whether how what respectively we it they new novel called named namely"
    " like unlike upon beyond during before after until along rather instead thereby thus hence further moreover"
    " however jointly simultaneously directly enabling achieving showing demonstrating providing other recently newly"
    " widely highly first one despite except alongside regardless amid amongst beneath"
)
_NEVER_LAST = frozenset(_LEADING_ON.split())
_POINTS_BACK = later(
    r"(?:this|these|those|such|it|its|they|their|them|he|she|here|there|both|the (?:latter|former)|that|which|who|whose"
    r"|and|or|but|yet|so|nor|because|whereas|than|of|also|then|one|another|other|others|doing so|however|moreover"
    r"|furthermore|respectively|neither|either|ours|our|we)\b",
    re.IGNORECASE,
)
_UNRESOLVED = later(
    r"^[^,]{3,60}, (?:they|it|its|their|these|those|this)\b|^\w+s (?:their|its|it|them|they)\b"
    r"|\bboth (?:limitations|challenges|issues|problems|aspects|gaps|questions|needs)\b"
    r"|\b(?:these|those|this|such) (?!an?\b|as\b|that\b|paper\b|work\b|article\b|study\b)\w"
    r"|\bto this end\b|\bdoing so\b"
    r"|\bthe (?:former|latter|above|proposed|resulting|developed|discovered|presented|introduced)\b|\bthis[.,;]"
    r"|^the (?:method|approach|framework|algorithm|pipeline|architecture|system|model|results?|dataset|benchmark"
    r"|findings?|effect|corpus|gap|quantitative)\b",
    re.IGNORECASE,
)
_LAST_WORD = later(r"([\w.'’-]+)[^\w]*$")
_ENDS_OPEN = ",;:-–—(=+<>/&"
_ADDRESS = later(r"_(?=[\s,.;)]|$)|://|\bwww\.|\b(?:github|gitlab|huggingface|4open)\.\w+/", re.IGNORECASE)
_DASH = later(r"(?<=\s)--?-?(?=\s)|---?|—|(?<=\s)–(?=\s)")
_LISTED = later(r"(?:^|[\s(])(?:\(?(i|1|a)\))\s")
_NEXT = {"i": "ii)", "1": "2)", "a": "b)"}
_BREAKS_OFF = later(
    r"\b(?:the|an?) (?:\w+ )?\w+ly \w+ed$|\b(?:and|or|that|which),\s|\b(?:and|or|of|the|a|an)\s*[,;:]"
    r"|,\s(?:\w+ly )?\w+(?:ed|ing)$"
)
_LAST_PART = later(r":\s(?:upon|in|on|by|at|for|with|to|from|when|if|after|during|under|as)\b[^:]*$")
_RELATIVE = later(r"\b(?:that|which|where|whose|when|whether|how|because|while|who|if|although|whereas)\s")
_VERBLIKE = later(r"(?:\w+ly )?\w+(?:s|ed)\b")
_FEWEST_WORDS = 3


def is_whole(text: str) -> bool:
    """Return True if `text`, without its full stop, can stand alone."""
    if len(text.split()) < _FEWEST_WORDS or _POINTS_BACK.match(text) or not _is_closed(text):
        return False
    last = _LAST_WORD.search(text)
    if last is None or last.group(1).lower().rstrip(".") in _NEVER_LAST or text[-1] in _ENDS_OPEN:
        return False
    listed = _LISTED.search(text)
    if _LAST_PART.search(text) and not has_verb(text.rpartition(":")[2]):
        return False
    return not (_BREAKS_OFF.search(text) or (listed and _NEXT[listed.group(1)] not in text))


def is_resolved(text: str) -> bool:
    """Return True if nothing in `text` refers to a sentence that isn't there."""
    return not _UNRESOLVED.search(text)


def is_open(text: str) -> bool:
    """Return True if a bracket or quotation is open at the end of `text`."""
    return any(text.count(a) > text.count(b) for a, b in zip(_OPEN, _CLOSED, strict=True)) or text.count('"') % 2 == 1


def splits_aside(cut: str, text: str) -> bool:
    """Return True if `cut` ends between two dashes of `text`."""
    return len(_DASH.findall(cut)) % 2 == 1 and len(_DASH.findall(text)) % 2 == 0


def _is_closed(text: str) -> bool:
    pairs = all(text.count(a) == text.count(b) for a, b in zip(_OPEN, _CLOSED, strict=True))
    return pairs and text.count('"') % 2 == 0 and not _ADDRESS.search(text)


def ends_its_clause(text: str) -> bool:
    """Return False if the last "that" or "in which" has no verb after it, as far as the list of verbs knows."""
    found = list(_RELATIVE.finditer(text))
    if not found:
        return True
    rest = text[found[-1].end() :]
    return bool(_VERBLIKE.match(rest)) or has_verb(rest) or " than " in rest
