"""`python -m benchmarks.scale.run`: what many channels cost: storing, planning, matching, building all digests at once.

PYTHONPATH=.:tests python -m benchmarks.scale.run > tests/benchmarks/scale/RESULTS.md
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.report import Row, drawn, machine
from benchmarks.scale import digests, matching
from benchmarks.scale.planning import planning_rows
from benchmarks.scale.stored import stored_rows
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from support.recorded_corpus import CORPUS_MISSING

DIGESTS, CHANNELS = 10_000, 100_000


def main() -> None:
    """Print the table; `--digests 500` builds fewer."""
    number = int(sys.argv[2]) if sys.argv[1:2] == ["--digests"] else DIGESTS
    header, rows = machine(), matching.measure()
    with tempfile.TemporaryDirectory(prefix="paperlark-scale-", ignore_cleanup_errors=True) as folder:
        rows += asyncio.run(_of_store(Path(folder) / "store"))
        rows += asyncio.run(digests.measure(Path(folder), number))
    print(f"# Scale\n\n{header}\n\n{drawn(rows)}\n\nPapers: {CORPUS_MISSING or 'recorded ones'}. Processor seconds.")


async def _of_store(home: Path) -> list[Row]:
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        return [*await stored_rows(redis), *await planning_rows(redis, CHANNELS)]


if __name__ == "__main__":
    main()
