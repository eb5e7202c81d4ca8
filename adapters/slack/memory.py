"""What a process remembers of teams, people and events: the latest of them, and no more."""

from collections import OrderedDict
from typing import TypeVar

REMEMBERED = 2000
"""Of each kind. Slack repeats an event three times within about 6 minutes
(https://docs.slack.dev/apis/events-api#retries)."""

T = TypeVar("T")


def remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    """Adds it, in place of the oldest where there are too many."""
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
