"""An answer to a question about one paper, with its quotes and origin."""

from dataclasses import dataclass

MAX_WORDS = 80
"""Maximum words of an answer, without its quotes."""
MAX_QUOTES = 2
"""Maximum quotes beside an answer that a model wrote."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the abstract says about a question.

    `quotes` are passages of the abstract, word for word. `made_by` names the model that wrote `text`; both are empty
    if no model answered, and the quotes then are the sentences closest to the question. An answer by a model without
    text and quotes means that the abstract doesn't say.
    """

    made_by: str = ""
    text: str = ""
    quotes: tuple[str, ...] = ()
