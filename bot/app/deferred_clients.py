"""Clients of external services that open when one is first used: for a command that may need none.

Loading their libraries and the certificates takes 0.15 s. `paperlark run` opens them at its start instead, since
nobody's question may wait for that.
"""

from collections.abc import Callable
from typing import Any

from bot.app.external import ExternalServices
from bot.app.settings import Settings


class _Deferred:
    """Stands for a client that `opened` returns."""

    def __init__(self, opened: Callable[[], object]) -> None:
        self._opened = opened

    def __getattr__(self, name: str) -> object:
        return getattr(self._opened(), name)


def deferred_clients(settings: Settings, opened: Callable[[], ExternalServices]) -> ExternalServices:
    """Return clients that call `opened` at their first use; the settings alone say which there are."""

    def client(name: str) -> Any:
        return _Deferred(lambda: getattr(opened(), name))

    return ExternalServices(
        catalogue=client("catalogue"),
        urgent=client("urgent"),
        feed=client("feed"),
        harvest=client("harvest") if settings.harvest_url else None,
        registry=client("registry"),
        full_texts=client("full_texts") if settings.full_text_url else None,
        bibliography=client("bibliography"),
        people=client("people"),
        second=client("second"),
        finder=client("finder"),
        popular=client("popular"),
        listings=client("listings") if settings.author_url else None,
    )
