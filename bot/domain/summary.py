"""A summary of one paper, with its origin."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from bot.domain.frozen import frozen
from bot.domain.paper import Paper

EXTRACTED = "extracted from the abstract"
"""The value of `made_by` without a model: the sentences are the abstract's own."""

GIST_LIMIT = 140
"""Maximum characters of a gist."""

Gists = Callable[[Sequence[Paper]], Awaitable[Mapping[str, str]]]
"""Returns the gists of papers by id, without calling a model; a paper without a fit sentence is left out."""

NO_GISTS: Mapping[str, str] = MappingProxyType({})


@frozen
class Summary:
    """A summary of a paper for a reader. A section without content is empty and isn't shown.

    `made_by` names the model, or is `EXTRACTED`; `lang` is an ISO 639-1 code. `prompt` is the version of the model's
    instructions, "" if there were none or it isn't known; `full_text` is True if the model read more than the abstract.
    `gist` is one sentence of at most `GIST_LIMIT` characters: what the paper does and what came out.
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
    gist: str = ""

    @property
    def extracted(self) -> bool:
        """Return True if the words are the abstract's own."""
        return self.made_by == EXTRACTED

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Return the sections with content, with their headings, in reading order."""
        named = (
            ("Summary", self.summary),
            ("Methodology", self.methodology),
            ("Results", self.results),
            ("Implications", self.implications),
        )
        return tuple((name, text) for name, text in named if text)
