"""Records anew, with the code at hand: `PYTHONPATH=.:tests .venv/bin/python -m support.record [store|answers|compare]`.

`store` plays the week and writes the store and its answers, `answers` writes what this code makes of the store that is
there, `compare` (as without a word) writes nothing and prints what this code answers otherwise.
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
    """1 where something differs."""
    logging.disable(logging.ERROR)  # what goes wrong in the week goes wrong on purpose
    if what == "store":
        with tempfile.TemporaryDirectory() as home:
            write(STORE, await record_store(Path(home)))
    found = await _found()
    if what != "compare":
        write(ANSWERS, found)
        return 0
    differing = differences(read(ANSWERS), found)
    print("\n\n".join(differing) or "All is as it was recorded.")
    return 1 if differing else 0


async def _found() -> Recording:
    """What this code makes of the store: an answer each way, and the export."""
    found: Recording = {}
    for way in WAYS:
        with tempfile.TemporaryDirectory() as home:
            found[way] = await replayed(way, Path(home))
    with tempfile.TemporaryDirectory() as home:
        return found | {EXPORT: await exported(Path(home))}


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:] or ["compare"])))
