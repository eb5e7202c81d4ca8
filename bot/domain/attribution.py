"""Which of the people of one name wrote a paper, as far as can be told: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """How sure it is that a paper is by the person followed, and by nobody else of the name; the surest first."""

    SURE = "sure"
    PROBABLY = "probably"
    PERHAPS_ANOTHER = "perhaps another"
    SOMEBODY_ELSE = "somebody else"


@dataclass(frozen=True, slots=True)
class Sureness:
    """A grade, and what it rests on in words for a person, such as "same field"; `why` is empty where it's plain."""

    grade: Grade
    why: str = ""


@dataclass(frozen=True, slots=True)
class Attributions:
    """What is known of papers by the names of people who are followed: by `Follow.key`, then by the paper's id.

    A paper that isn't in it is matched by the name alone.
    """

    judged: Mapping[str, Mapping[str, Sureness]] = field(default_factory=dict)

    def of(self, follow_key: str, paper_id: str) -> Sureness | None:
        """How sure it is that who is followed wrote the paper; None where only the name tells."""
        return self.judged.get(follow_key, {}).get(paper_id)


NOBODY_KNOWN = Attributions()
"""People are matched by their names alone."""
