"""Recording with the current code: `PYTHONPATH=.:tests .venv/bin/python -m support.record [store|answers|compare]`.

`store` plays the week and writes the store and its answers. `answers` writes this code's answers from the existing
store. `compare` (the default) writes nothing and prints the differences in this code's answers.
"""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from support.recorded_store import (
    ANSWERS,
    EXPORT,
    STORE,
    WAYS,
    Recording,
    differences,
    exported,
    read,
    record_store,
    replayed,
    write,
)


async def main(what: str) -> int:
    """Return 1 if something differs."""
    logging.disable(logging.ERROR)  # the week includes deliberate faults
    if what == "store":
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            write(STORE, await record_store(Path(home)))
    found = await _found()
    if what != "compare":
        write(ANSWERS, found)
        return 0
    differing = differences(read(ANSWERS), found)
    print("\n\n".join(differing) or "All is as it was recorded.")
    return 1 if differing else 0


async def _found() -> Recording:
    """Return this code's result from the store: an answer for each way, and the export."""
    found: Recording = {}
    for way in WAYS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            found[way] = await replayed(way, Path(home))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        return found | {EXPORT: await exported(Path(home))}


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:] or ["compare"])))
