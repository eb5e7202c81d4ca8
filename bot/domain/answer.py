"""An answer to a question about one paper, with its quotes and origin."""

from bot.domain.frozen import frozen

MAX_WORDS = 80
"""Maximum words of an answer, without its quotes."""
MAX_QUOTES = 2
"""Maximum quotes beside an answer that a model wrote."""


@frozen
class Answer:
    """What a paper says about a question.

    `quotes` are passages of the paper, word for word, and `sections` names where each is from ("4.2, Data"): "" is the
    abstract; no names at all mean that all are. `made_by` names the model that wrote `text`; both are empty if no
    model answered, and the quotes then are the sentences closest to the question. An answer by a model without text
    and quotes means that the paper doesn't say, as far as it was read: `full_text`, or the abstract alone. `notice`
    says why a model that should have answered didn't.
    """

    made_by: str = ""
    text: str = ""
    quotes: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    full_text: bool = False
    notice: str = ""

    def section_of(self, place: int) -> str:
        """Return the section of the quote at that place, from 0; "" for the abstract."""
        return self.sections[place] if place < len(self.sections) else ""
