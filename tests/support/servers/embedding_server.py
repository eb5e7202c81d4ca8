"""A loopback server of an embedding model over OpenAI's protocol, with answers of every kind."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiohttp import web

WIDTH = 16

Entries = list[dict[str, Any]]


async def by_hash(texts: Sequence[str]) -> np.ndarray:
    """Return a vector of its own for each text."""
    return np.stack([np.random.default_rng(zlib.crc32(text.encode())).normal(size=WIDTH) for text in texts])


@dataclass
class EmbeddingServer:
    """`async with EmbeddingServer() as server`: its address is `server.base_url`.

    `vectors` makes the rows. `fault` is a status, "slow:<seconds>", or a body; it is given `faults` times, or always.
    `spoil` changes the answer's entries. A text of more than `most_characters` is refused as such servers do.
    """

    vectors: Callable[[Sequence[str]], Awaitable[np.ndarray]] = by_hash
    spoil: Callable[[Entries], Entries] = lambda entries: entries
    model: str = "loopback-embed"
    fault: str = ""
    faults: int = 1_000_000
    retry_after: str = "0"
    most_characters: int = 1_000_000
    base_url: str = ""
    asked: list[list[str]] = field(default_factory=list, repr=False)
    keys: set[str] = field(default_factory=set, repr=False)

    async def __aenter__(self) -> "EmbeddingServer":
        app = web.Application()
        app.router.add_post("/v1/embeddings", self._embed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _embed(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        self.asked.append(wanted["input"])
        self.keys.add(request.headers.get("Authorization", ""))
        if self.fault and self.faults > 0:
            self.faults -= 1
            return await self._failed()
        if wanted["model"] != self.model:
            return _error(404, f"The model {wanted['model']} does not exist")
        if not all(map(str.strip, wanted["input"])) or max(map(len, wanted["input"])) > self.most_characters:
            return _error(400, "input is empty or longer than the context")
        rows = await self.vectors(wanted["input"])
        entries = [{"object": "embedding", "index": n, "embedding": row.tolist()} for n, row in enumerate(rows)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        text = json.dumps({"object": "list", "data": self.spoil(entries), "model": self.model, "usage": usage})
        return web.Response(text=text, content_type="application/json")

    async def _failed(self) -> web.Response:
        if self.fault.startswith("slow:"):
            await asyncio.sleep(float(self.fault.removeprefix("slow:")))
            return web.Response(status=504)
        if self.fault.isdigit():
            headers = {"Retry-After": self.retry_after, "Location": "http://127.0.0.1:1/"}
            return web.Response(status=int(self.fault), headers=headers)
        return web.Response(text=self.fault, content_type="application/json")


def _error(status: int, why: str) -> web.Response:
    return web.json_response({"error": {"message": why, "type": "invalid_request_error"}}, status=status)
