"""The two ways in which `make test`, unlike `make test-all`, saves time: FAST=1.

Commands of the bot are forks of a process that has imported it (see `fork_server`), and Hypothesis tries fewer
examples.
"""

import os

FAST = bool(os.environ.get("FAST"))
LEAST_EXAMPLES = 25


def examples(number: int) -> int:
    """Return the number of examples for a test that tries `number` under `make test-all`."""
    return max(LEAST_EXAMPLES, number // 4) if FAST else number
