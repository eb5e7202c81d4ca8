"""pydocket without `beartype`, 6 MB and 0.1 s: a store of its own would check the types of its own calls with that.

The store lets itself be told not to (PY_KEY_VALUE_DISABLE_BEARTYPE), but loads the package all the same.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_CHECKER = "beartype"


@contextmanager
def _nothing_checked() -> Iterator[None]:
    """Let a checker of types that checks nothing stand in for `beartype`."""
    if _CHECKER in sys.modules:
        yield
        return
    package, hook = ModuleType(_CHECKER), ModuleType(f"{_CHECKER}.claw")
    package.__dict__.update(beartype=_decorator, BeartypeConf=_setting, BeartypeStrategy=_Strategies)
    hook.__dict__["beartype_this_package"] = _setting
    sys.modules |= {_CHECKER: package, hook.__name__: hook}
    try:
        yield
    finally:
        del sys.modules[_CHECKER], sys.modules[hook.__name__]


class _Strategies:
    O0 = O1 = Ologn = On = None


def _setting(*_: Any, **__: Any) -> None:
    return None


def _decorator(*_: Any, **__: Any) -> Any:
    return lambda decorated: decorated


os.environ.setdefault("PY_KEY_VALUE_DISABLE_BEARTYPE", "true")
with _nothing_checked():
    from docket import Docket, Worker

__all__ = ["Docket", "Worker"]
