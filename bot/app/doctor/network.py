"""The proxies and certificates that somebody set: are they there, and can they be used?"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from bot.app.doctor.findings import Finding, State
from bot.domain.errors import BotError
from bot.domain.wording import listed
from bot.infra.http.proxies import Proxy, proxies
from bot.infra.tls import tls_context

CONNECT_SECONDS = 5.0


def network_fault() -> str:
    """Return the sentence on a setting with which no service can be asked; empty if there is none."""
    try:
        proxies()
        tls_context()
    except BotError as fault:
        return f"{fault.sentence} {fault.hint}".strip()
    return ""


async def network_findings() -> list[Finding]:
    """Return a line for each proxy in use, and one for what can't be used. The services' own lines say more."""
    if fault := network_fault():
        name, _, note = fault.partition(" ")
        return [Finding(name.rstrip(":"), State.WRONG, note)]
    schemes: dict[Proxy, list[str]] = {}
    for scheme, proxy in proxies().items():
        schemes.setdefault(proxy, []).append(scheme)
    return [await _finding(proxy, used_for) for proxy, used_for in schemes.items()]


async def _finding(proxy: Proxy, used_for: Iterable[str]) -> Finding:
    name, what = f"Proxy {proxy.address}", f"used for {listed([f'{scheme}://' for scheme in used_for])}"
    if await _accepts(proxy):
        return Finding(name, State.WORKS, f"{what}, but for what NO_PROXY names")
    return Finding(name, State.WRONG, f"The proxy at {proxy.address} didn't answer: check {proxy.setting}.")


async def _accepts(proxy: Proxy) -> bool:
    there = urlsplit(proxy.url)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(there.hostname, there.port)
            writer.close()
            return True
    return False
