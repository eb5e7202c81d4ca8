"""Whether the comment or abstract of a paper's later version says that the paper was withdrawn: pure.

A withdrawn version has no files, and its comment says why (https://info.arxiv.org/help/withdraw.html). The query API
and the feeds show the comment alone. Authors word it freely: it was done, they do it, or they ask for it.
"""

import re

from bot.domain.text.pattern import later

_NOUN = (
    r"(?:papers?|articles?|submissions?|manuscripts?|pre-?prints?|e-?prints?|works?|reports?|drafts?|documents?|notes?"
    r"|surveys?|thesis|posting|versions?)"
)
_ANOTHER = (
    r"(?:original|previous|earlier|older|prior|first|initial|preliminary|other|another|companion|related|accompanying"
    r"|conference|workshop|journal)"
)
_ITSELF = rf"(?:this|the|our|my|entire|whole)\s+(?:(?!{_ANOTHER}\b)[\w/-]+\s+){{0,2}}?{_NOUN}"
_IS = r"(?:(?:has|have|had|is|are|was|were|be|been|being|will|must|should|needs?|to)\s+)*"
_HOW = r"(?:(?:now|also|already|therefore|hereby|temporarily|voluntarily|formally|permanently|fully)\s+)*"
_AUTHORS = r"(?:authors?(?:\(s\))?|we|i|submitter|company)"
_WITHDRAW = r"(?:withdr[ae]w|withdrawn|withdrawing|retract|retracted|retracting)"
_REASON = r"(?:as|for|due|because|to|until|since|on)"

# "Withdrawn due to …", but not "withdrawn bids"
_BARE = later(
    rf"^(?:(?:paper|article|submission|manuscript)\s+)?{_HOW}withdrawn"
    r"(?=\s*(?:$|[,()/-])|\s+(?:by|due|because|for|from|as|after|at|to|on|until|since|and|while|before|pending|owing|per"
    r"|upon|following|temporarily|voluntarily|in|with|this)\b)",
    re.IGNORECASE,
)
_PASSIVE = later(
    rf"(?:{_ITSELF}(?:\s+\([^()]*\)|\s+arxiv:\S+|\s+v[0-9]+)?|^{_NOUN}|\b(?:it\s+is\s+being|it\s+has\s+been|needs?\s+to\s+be))"
    rf"\s+{_IS}{_HOW}{_IS}(?:withdrawn|withdrawed|retracted|removed(?=\s+by\s+arxiv))\b",
    re.IGNORECASE,
)
_ACTIVE = later(
    rf"(?:\b{_AUTHORS}\b[^;:]{{0,100}}?\b|\b(?:hereby|to|and)\s+{_HOW}|^){_WITHDRAW}\s+{_HOW}"
    rf"(?:{_ITSELF}|(?:it\s+)?from\s+arxiv|it\b|this\s+{_REASON}\b|this$)",
    re.IGNORECASE,
)
_ASKED = later(
    r"\b(?:request\w*|apply\w*\s+for|applied\s+for|ask\w*\s+for)\b[^;:]{0,40}?\b(?:withdrawal|retraction)\b"
    rf"|\b(?:requests?|decided?|wish|want)\s+to\s+withdraw$|^withdrawing\b|\b(?:withdrawal|retraction)\s+of\s+{_ITSELF}\b",
    re.IGNORECASE,
)
# From a conference or journal, or of something else: the paper stands.
_STANDS = later(
    r"\bwithdr\w+\s+(?:(?:it|this\s+\w+|the\s+\w+)\s+)?"
    r"(?:from\s+(?:the\s+)?(?!arxiv|public|archive|server|repository)|(?:before|prior\s+to)\s+(?!publi))"
    r"|\b(?:accepted\s+(?:at|to|by|in|for)|submitted\s+(?:to|at)|published\s+in)\s+(?!(?:the\s+)?arxiv).*\bwithdr"
    rf"|\b{_ANOTHER}\s+(?:[\w/-]+\s+){{0,2}}?{_NOUN}\b.*\b(?:withdr|retract)",
    re.IGNORECASE,
)
_OF_ABSTRACT = later(
    rf"^(?:this|the)\s+{_NOUN}\s+{_IS}{_HOW}{_IS}(?:withdrawn|retracted)\b"
    rf"|^(?:the\s+|all\s+)?{_AUTHORS}\s+(?:(?:has|have|had)\s+)?{_HOW}(?:withdraw|withdrawn|withdrew|retracted)\s+this\s+{_NOUN}\b",
    re.IGNORECASE,
)
_BY_ARXIV = later(
    rf"\b{_NOUN}\s+(?:has\s+been|was|is)\s+(?:withdrawn|removed)\s+by\s+(?:the\s+)?arxiv(?:\s+admin|\.org\s+admin|$|[.,;:])",
    re.IGNORECASE,
)
_SENTENCE = later(r"[.!?;:]+\s+|[.!?;:]+$|\n")


def says_withdrawn(comment: str, abstract: str = "") -> bool:
    """Return True if a later version's comment or abstract says so."""
    return any(map(_comment_says, _sentences(comment))) or any(map(_abstract_says, _sentences(abstract)))


def withdrawn_by_arxiv(comment: str) -> bool:
    """Return True if arXiv's administrators took the paper back, which may leave its only version without files."""
    return _BY_ARXIV.search(comment) is not None


def _sentences(text: str) -> list[str]:
    """Return the sentences that may say it: most texts have none, at the cost of one search."""
    lower = text.lower()
    if "withdr" not in lower and "retract" not in lower and "removed by arxiv" not in lower:
        return []
    return [sentence.strip(" \"'()[]*-") for sentence in _SENTENCE.split(text)]


def _comment_says(sentence: str) -> bool:
    said = any(pattern.search(sentence) for pattern in (_BARE, _PASSIVE, _ACTIVE, _ASKED))
    return said and not _STANDS.search(sentence)


def _abstract_says(sentence: str) -> bool:
    return bool(_OF_ABSTRACT.search(sentence)) and not _STANDS.search(sentence)
