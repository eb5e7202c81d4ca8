"""Memory: what is available for deferrable work, and giving back what is no longer used."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MACHINE = Path("/proc/meminfo")
_CONTAINER = Path("/sys/fs/cgroup")
_M_ARENA_MAX = -8  # malloc.h
_SEARCHES = (2_000, 10, 1_000)
"""New objects before a search for garbage among them, and searches of each kind before one of the next.

A search of everything, with a week's papers in memory, holds up all commands for 0.1 s; at rest `give_back_memory` does
it. Python's own (700, 10, 10) made a dozen while a hundred digests went out.
"""


def spare_bytes() -> int | None:
    """Return the memory of the machine, or of the container if that allows less; None if unknown (not Linux).

    It may be used without an out-of-memory kill.

    MemAvailable (https://docs.kernel.org/filesystems/proc.html#meminfo), and a container's limit less its usage
    (memory.max and memory.current, https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files).
    """
    found = [value for value in (_of_machine(), _of_container()) if value is not None]
    return min(found, default=None)


@contextmanager
def loading() -> Iterator[None]:
    """Search for no garbage meanwhile, leave what was loaded out of later searches, and search all else seldom.

    Imports leave little garbage, and searching for it took a tenth of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*_SEARCHES)
        gc.enable()


def keep_for_good() -> None:
    """Leave what exists now, mostly code, out of all later searches for garbage: they then take milliseconds."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def end_undisturbed() -> None:
    """Leave all memory to the system, which frees it at once: Python would first search it, for 0.15 s."""
    gc.freeze()


def share_arenas() -> None:
    """Let all threads of this process allocate from the same two arenas; glibc would keep free memory in dozens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """Return freed memory to the machine; glibc keeps it until `malloc_trim`, and other C libraries don't need it."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _of_machine() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in _MACHINE.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    return None


def _of_container() -> int | None:
    with suppress(OSError, ValueError):
        most, taken = ((_CONTAINER / name).read_text("ascii") for name in ("memory.max", "memory.current"))
        return max(int(most) - int(taken), 0)  # without a limit it is "max", which isn't a number
    return None
