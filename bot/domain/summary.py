"""A summary of one paper: what it says, and who says so."""

from dataclasses import dataclass

EXTRACTED = "extracted from the abstract"
"""What `made_by` says when no model was asked: the sentences are the abstract's own."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reader wants to know of a paper. A section nothing is known of is empty, and is left out when shown.

    `made_by` names the model, or is `EXTRACTED`; `lang` is an ISO 639-1 code. `prompt` is the version of the
    instructions that a model was given, "" where none was or where it isn't known; `full_text` is True where it read
    more than the abstract.
    """

    made_by: str
    topics: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    summary: str = ""
    methodology: str = ""
    results: str = ""
    implications: str = ""
    lang: str = "en"
    prompt: str = ""
    full_text: bool = False

    @property
    def extracted(self) -> bool:
        """True where the words are the abstract's own."""
        return self.made_by == EXTRACTED

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The sections that hold something, with their headings, in reading order."""
        named = (
            ("Summary", self.summary),
            ("Methodology", self.methodology),
            ("Results", self.results),
            ("Implications", self.implications),
        )
        return tuple((name, text) for name, text in named if text)
