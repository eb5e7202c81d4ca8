"""What a person wants to do with a paper that they name, and the words that mean the paper of a thread."""

import re

from bot.domain.frozen import frozen
from bot.domain.text.pattern import later

_THE_THREADS = later(
    r"(?:on |about |like )?(?:this|that|it|these|those|the)(?: (?:above|same))?(?: (?:arxiv )?(?:paper|papers|one|ones|"
    r"article|preprint|work|thread|digest))?(?:,? (?:please|pls|plz|now|here|too|also|as well|for me|for us|for later|"
    r"thanks?|thank you))*",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ANY_ORDINAL = "|".join((*_ORDINALS, "last"))
_COUNTED = rf"(?P<digits>[1-9][0-9]?)(?:st|nd|rd|th)?(?: one| paper)?|(?P<word>{_ANY_ORDINAL})(?: one| paper)"
_NUMBER = later(rf"(?:# ?|no\.? ?|nr\.? ?|number |paper #?|the )?(?:{_COUNTED})", re.IGNORECASE)
_ASKS = (
    r"what|how|why|which|who|whom|whose|where|when|is|are|was|were|does|do|did|can|could|would|will|has|have|should|tell"
    r"|explain"
)
_NUMBER_FIRST = later(
    rf"((?:# ?|no\.? ?|nr\.? ?|number |paper #?|the )?(?:{_COUNTED}))[.:,;)?!]*\s+(?:[-–—]\s+)?(?=\S)", re.IGNORECASE
)
_THIS_FIRST = later(
    rf"((?:this|that|it)(?: (?:paper|one|article|preprint|work))?)(?:[.:,;]\s*|\s+)(?=(?:{_ASKS})\b)", re.IGNORECASE
)
_NUMBER_WITHIN = later(
    r"(?<![\w#])(?P<named>#\d{1,2}|(?:paper|number) #?\d{1,2}"
    rf"|the (?:\d{{1,2}}(?:st|nd|rd|th)|{_ANY_ORDINAL}) (?:one|paper))(?![\w.]*\d)(?! (?:to|that|which|of|in)\b)",
    re.IGNORECASE,
)
_ENDS = " .!?,;:\"'“”„«»()"


@frozen
class Purpose:
    """A command to run with a paper's id in place of `{id}`, and the label of its button.

    `thread` has the ids of the papers in the message that the thread began with, in order, if the person writes in one.
    `panel`: the answer is long and only for the person who presses.
    """

    command: str = "/paper {id}"
    label: str = "Show"
    thread: tuple[str, ...] = ()
    panel: bool = False

    def run(self, paper_id: str) -> str:
        """Return the command for one paper."""
        return self.command.replace("{id}", paper_id)


def means_thread(text: str) -> bool:
    """Return True if `text` is no title but points at something: "this", "it", "that one please"."""
    return _THE_THREADS.fullmatch(text.strip(_ENDS)) is not None


def is_number(text: str) -> bool:
    """Return True if `text` is the number of a paper in a list: "#2", "the 2nd one"."""
    return _NUMBER.fullmatch(text.strip(_ENDS)) is not None


def number_in(text: str, thread: tuple[str, ...]) -> str | None:
    """Return the id of the thread's paper that `text` numbers; else None."""
    found = _NUMBER.fullmatch(text.strip(_ENDS))
    if not found or not thread:
        return None
    if (word := (found["word"] or "").lower()) == "last":
        return thread[-1]
    number = _ORDINALS.index(word) + 1 if word else int(found["digits"])
    return thread[number - 1] if number <= len(thread) else None


def pointed_at(text: str) -> tuple[str, str]:
    """Return the words that name a paper of the thread, and the question: "the third one", "what data do they use?".

    A number may also stand within the question ("what data does #3 use?"). Without any, the paper is "this".
    """
    said = text.strip()
    if first := _NUMBER_FIRST.match(said) or _THIS_FIRST.match(said):
        return first[1], said[first.end() :].strip()
    if is_number(said) or means_thread(said):
        return said, ""
    within = _NUMBER_WITHIN.search(said)
    return (within["named"] if within else "this"), said
