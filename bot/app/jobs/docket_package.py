"""pydocket without `beartype`, 6 MB and 0.1 s: a store of its own would check the types of its own calls with that.

The store lets itself be told not to (PY_KEY_VALUE_DISABLE_BEARTYPE), but loads the package all the same.
"""

import os
from types import ModuleType
from typing import Any

from bot.infra.stand_in import standing_in


class _Strategies:
    O0 = O1 = Ologn = On = None


def _setting(*_: Any, **__: Any) -> None:
    return None


def _decorator(*_: Any, **__: Any) -> Any:
    return lambda decorated: decorated


def _checker() -> list[ModuleType]:
    """Return what stands in for `beartype`: it checks nothing."""
    package, hook = ModuleType("beartype"), ModuleType("beartype.claw")
    package.__dict__.update(beartype=_decorator, BeartypeConf=_setting, BeartypeStrategy=_Strategies)
    hook.__dict__["beartype_this_package"] = _setting
    return [package, hook]


os.environ.setdefault("PY_KEY_VALUE_DISABLE_BEARTYPE", "true")
with standing_in(*_checker()):
    from docket import Docket, Worker

__all__ = ["Docket", "Worker"]
