"""What was measured, as a table: every figure with its spread, a baseline of the same run, and the goal."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HEADINGS = ("what", "figure: median (min–max)", "baseline: median (min–max)", "ratio", "goal", "met")
LIBRARIES = ("slack-bolt", "discord.py", "redis", "openai", "arxiv")


@dataclass(frozen=True)
class Figures:
    """Repeated measurements of one thing, in `unit`: ms, s or MB."""

    values: tuple[float, ...]
    unit: str

    @classmethod
    def ms(cls, seconds: Iterable[float]) -> "Figures":
        return cls(tuple(1000 * value for value in seconds), "ms")

    @classmethod
    def s(cls, seconds: Iterable[float]) -> "Figures":
        return cls(tuple(seconds), "s")

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        if len(self.values) == 1:
            return f"{_number(self.median)} {self.unit} (once)"
        least, most = _number(min(self.values)), _number(max(self.values))
        return f"{_number(self.median)} {self.unit} ({least}–{most}, n={len(self.values)})"


@dataclass(frozen=True)
class Row:
    """One line. `goal` is the most that the median may be, in the figure's unit; without one it is for information."""

    what: str
    figure: Figures
    baseline: Figures | None = None
    baseline_is: str = ""
    goal: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        baseline = f"{self.baseline_is}: {self.baseline}" if self.baseline else "–"
        ratio = f"{self.figure.median / self.baseline.median:.2f}" if self.baseline else "–"
        if self.goal is None:
            return (self.what, str(self.figure), baseline, ratio, "–", "–")
        met = "yes" if self.figure.median <= self.goal else "NO"
        return (self.what, str(self.figure), baseline, ratio, f"≤ {self.goal:g} {self.figure.unit}", met)


def machine() -> str:
    """Where and with what this was measured; other work on the machine shows in its load."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}\n"
        f"Python {platform.python_version()}, {libraries}\n"
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f} before the first measurement"
    )


def drawn(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table whose columns are aligned for a terminal too."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    written = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _processor() -> str:
    """The processor as Linux names it; elsewhere as Python does."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def notes(corpus_missing: str) -> str:
    """What must be known to read the table."""
    return "\n".join(
        (
            f"Papers: {corpus_missing or 'recorded ones'}. All servers are on loopback and share this machine's cores.",
            "Ratio: median to median, measured by turns in the same run. A row without a goal is for information.",
            "Bolt looks every 10 ms whether a listener has acknowledged, so Slack may see the answer before the ack.",
        )
    )
