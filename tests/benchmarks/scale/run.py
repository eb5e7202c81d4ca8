"""`python -m benchmarks.scale.run`: what many channels cost: matching all follows, building all digests at once.

PYTHONPATH=.:tests python -m benchmarks.scale.run > tests/benchmarks/scale/RESULTS.md
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.report import drawn, machine
from benchmarks.scale import digests, matching
from support.recorded_corpus import CORPUS_MISSING

DIGESTS = 10_000


def main() -> None:
    """Print the table; `--digests 500` builds fewer."""
    number = int(sys.argv[2]) if sys.argv[1:2] == ["--digests"] else DIGESTS
    header, rows = machine(), matching.measure()
    with tempfile.TemporaryDirectory(prefix="paperlark-scale-", ignore_cleanup_errors=True) as folder:
        rows += asyncio.run(digests.measure(Path(folder), number))
    print(f"# Scale\n\n{header}\n\n{drawn(rows)}\n\nPapers: {CORPUS_MISSING or 'recorded ones'}. Processor seconds.")


if __name__ == "__main__":
    main()
