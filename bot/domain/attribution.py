"""Attribution of papers to one of several people with the same name."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from bot.domain.frozen import frozen


class Grade(StrEnum):
    """Confidence that the followed person, and nobody else of the name, wrote a paper; highest first."""

    SURE = "sure"
    PROBABLY = "probably"
    PERHAPS_ANOTHER = "perhaps another"
    SOMEBODY_ELSE = "somebody else"


@frozen
class Sureness:
    """A grade and its reason for people, such as "same field"; `why` is empty if it's obvious."""

    grade: Grade
    why: str = ""


@frozen
class Attributions:
    """Attributions by `Follow.key`, then by paper id. A paper that isn't listed is matched by name alone."""

    judged: Mapping[str, Mapping[str, Sureness]] = field(default_factory=dict)

    def of(self, follow_key: str, paper_id: str) -> Sureness | None:
        """Return the confidence that the followed person wrote the paper; None if only the name is known."""
        return self.judged.get(follow_key, {}).get(paper_id)


NOBODY_KNOWN = Attributions()
"""No attributions: people are matched by name alone."""
