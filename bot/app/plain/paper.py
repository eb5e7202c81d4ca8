"""Sentences around papers' IDs and links: the card, or what else is meant: "1706.03762 bibtex pls". Pure."""

import re

from bot.app.plain.reading import HELP, Reading
from bot.domain.paper_source import find_ids
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later

MOST_PASTED = 5
_MOST_WORDS = 9
_NO_ORDER = "?"
"""Words that are no order, so that a change asks first."""
_COURTESY = later(r"^(?:(?:please|pls|plz|hey|hi|ok|okay|just|kindly|and|then|also|paperlark|bot|now) )+")

_PURPOSES = tuple(
    (later(rf"\b(?:{words})\b"), command)
    for words, command in (
        (r"remove|delete|unsave|drop|take (?:it )?off|forget", "/unsave"),
        (r"bib ?tex|bib|cite|citation|citations?|reference|\\cite", "/bibtex"),
        (r"(?:more |papers? |anything |something |stuff )?(?:similar|related)(?: to)?|(?:papers|anything|something"
         r"|stuff|work|"
         r"articles) like", "/similar"),
        (r"less like|not interest(?:ed|ing)|dislike|hate|downvote|boring|don t like", "/less"),
        (r"more like|like this|love|upvote|loved", "/more"),
        (r"save|bookmark|keep|store|star|pin|remember|read(?:ing)? (?:it )?later|(?:reading )?list|library"
         r"|add", "/save"),
        (r"tl ?dr|summari[sz]e|summary|summarise|sum up|explain|eli5|key points?|gist|(?:what s|what is|whats|what"
         r"|is) .*about"
         r"|read ?more|more details?|details|in short|main (?:idea|points?|result)", "/readmore"),
        (r"who (?:wrote|are the authors|is the author|made)|authors?|written by", "/authors"),
        (r"mute|hide", "/mute"),
    )
)  # fmt: skip
_NO_ID = later(
    r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/\S+|arxiv:\S+|\d{4}\.\d{4,5}(?:v\d+)?|10\.48550/\S+|"
    r"(?:https?://)?(?:www\.)?(?:alphaxiv\.org/abs|huggingface\.co/papers)/\S+",
    re.IGNORECASE,
)
_LINK = later(r"<?https?://[^\s<>|]+(?:\|[^<>]*)?>?", re.IGNORECASE)
_QUESTION_START = later(r"\b(?:what|how|why|which|where|when|does|did|do|is|are|was|were|can)\b")


def about_paper(text: str) -> Reading | None:
    """Return the reading of text that contains papers' links or IDs; None if it has none.

    One is shown, of several the person picks one. Text that only looks like an ID is said to be none.
    """
    ids = find_ids(text)
    if not ids:
        return _no_id(text)
    rest = " ".join(word for word in text.split() if not find_ids(word))
    folded = fold(rest)
    if len(folded.split()) <= _MOST_WORDS and (purpose := _purpose(folded)):
        command, verb = purpose
        return Reading(f"{command} {' '.join(ids[:MOST_PASTED])}", order=rest if _begins(folded, verb) else _NO_ORDER)
    first = find_ids(text.partition(" ")[0])
    question = rest if first else text
    if len(ids) == 1 and text.rstrip().endswith("?") and _asks(folded):
        return Reading(f"/ask {ids[0]} {question}")
    return Reading(f"/paper {' '.join(ids[:MOST_PASTED])}")


def _purpose(folded: str) -> tuple[str, str] | None:
    """Return the command that the words around an ID name, and the word that does."""
    found = ((command, pattern.search(folded)) for pattern, command in _PURPOSES)
    return next(((command, word[0]) for command, word in found if word), None)


def _begins(folded: str, verb: str) -> bool:
    return _COURTESY.sub("", folded).startswith(verb)


def _asks(folded: str) -> bool:
    return len(folded.split()) >= 3 and _QUESTION_START.match(folded) is not None


def _no_id(text: str) -> Reading | None:
    """Return the reading of a link or number that names no paper, if that is all of the text."""
    bare = text.strip(" .,!?;:()")
    if _NO_ID.fullmatch(bare):
        return Reading(f"/paper {bare}")
    if _LINK.fullmatch(bare):
        sentence = "I couldn't find a paper in that link. Paste a link to arXiv, or the paper's title."
        return Reading(sentence=sentence, offers=(HELP,))
    return None
