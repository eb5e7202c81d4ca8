"""`make durability`: measures every promise at its full size, one after the other, and writes their tables.

`python -m durability crash storm` measures these only and leaves the other tables as they are; `--short` prints the
figures of a small run and writes nothing.
"""

import asyncio
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from time import monotonic

import durability
from benchmarks.report import machine
from durability.promise import Figure, Promise, Size

TABLES = Path(__file__).with_name("RESULTS.md")
TITLE = "# Nothing lost, nothing twice\n\nWritten by `make durability`.\n"
SECTION = "\n## "


def found() -> dict[str, Promise]:
    """Return the measurements of all modules here, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(durability.__path__) if module.name != "__main__")
    modules = (import_module(f"durability.{name}") for name in names)
    return {one.name: one for module in modules if (one := getattr(module, "MEASUREMENT", None))}


async def measured(promise: Promise, size: Size) -> str:
    """Run a measurement; return its machine, figures and duration as a section."""
    header, began = machine(), monotonic()
    rows: list[Figure] = [*await promise.measure(size), ("minutes in all", f"{(monotonic() - began) / 60:.1f}")]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in [("what", "figure"), ("---", "---"), *rows])
    return f"{SECTION}{promise.name}\n\n{header}\n\n{table}\n"


def written(section: str) -> str:
    """Return all tables, with this one replacing the older one of its name."""
    _, *others = TABLES.read_text().split(SECTION) if TABLES.exists() else [""]
    kept = {text.partition("\n")[0]: SECTION + text for text in others}
    kept[section.removeprefix(SECTION).partition("\n")[0]] = section
    return TITLE + "".join(kept[name].rstrip("\n") + "\n" for name in sorted(kept))


async def main(arguments: list[str]) -> None:
    """Run the named measurements, or all."""
    size = Size.SHORT if "--short" in arguments else Size.LONG
    known = found()
    for name in [argument for argument in arguments if argument != "--short"] or known:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        section = await measured(known[name], size)
        print(section, flush=True)
        if size is Size.LONG:
            TABLES.write_text(written(section))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
