"""The two ways in which `make test` saves time, which `make test-all` does without: FAST=1.

Commands of the bot are forked from a process that has imported it (see `fork_server`), and Hypothesis tries fewer
examples.
"""

import os

FAST = bool(os.environ.get("FAST"))
LEAST_EXAMPLES = 25


def examples(number: int) -> int:
    """Return how many examples a test tries where `make test-all` tries `number`."""
    return max(LEAST_EXAMPLES, number // 4) if FAST else number
