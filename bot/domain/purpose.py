"""What a person wants to do with a paper that they name, and the words that mean the paper of a thread."""

import re
from dataclasses import dataclass

_THE_THREADS = re.compile(
    r"(?:on |about |like )?(?:this|that|it|these|those|the)(?: (?:above|same))?(?: (?:arxiv )?(?:paper|papers|one|ones|"
    r"article|preprint|work|thread|digest))?(?:,? (?:please|pls|plz|now|here|too|also|as well|for me|for us|for later|"
    r"thanks?|thank you))*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:#|no\.? ?|nr\.? ?|number |paper |the )?([1-9][0-9]?)(?:st|nd|rd|th)?(?: one| paper)?", re.IGNORECASE
)
_ENDS = " .!?,;:\"'“”„«»()"


@dataclass(frozen=True, slots=True)
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
    return thread[int(found[1]) - 1] if found and int(found[1]) <= len(thread) else None
