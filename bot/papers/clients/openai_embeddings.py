"""An embedding model over OpenAI's protocol: OpenAI's own, or one of any compatible server.

Protocol: https://platform.openai.com/docs/api-reference/embeddings.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.errors import EmbeddingsDown, SourceBusy, SourceDown
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.infra.http.openai_address import addresses, headers
from bot.infra.http.policy import RetryPolicy
from bot.infra.http.session import http_session
from bot.infra.meter import NO_METER, Meter
from bot.papers.clients.embedding_answer import SOURCE, read_rows

if TYPE_CHECKING:  # loading takes 0.1 s, which startup avoids
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

REST_SECONDS = 60.0
"""Pause after a failure: meanwhile nobody waits for a server that doesn't answer."""
PATIENT_SECONDS = 4.0
"""A few texts that took so long when somebody gave up count as a failure."""
_FEW, _BATCH_SIZE = 4, 32
_MAX_CHARACTERS = 6000
_SHORT_CHARACTERS = 1000
"""Of a text that the server refuses: some models take 512 tokens and don't truncate."""
_LARGEST_ANSWER_BYTES = 8 * 1024 * 1024
"""32 vectors of 4,096 numbers, as JSON with all digits, twice over."""
_ELSEWHERE = frozenset({404, 405})
_OF_THE_TEXT = frozenset({400, 413, 422})
_CHECK_KEY = "check OPENAI_API_KEY"
_CHECK_MODEL = "is OPENAI_EMBEDDING_MODEL a model for embeddings?"
_REFUSALS = {
    400: f"refuses the request (400): {_CHECK_MODEL}",
    401: f"refuses the key (401): {_CHECK_KEY}",
    403: f"refuses the key (403): {_CHECK_KEY}",
    404: "is unknown at this address (404): check OPENAI_EMBEDDING_MODEL and OPENAI_BASE_URL",
    405: "is unknown at this address (405): check OPENAI_BASE_URL",
    422: f"refuses the request (422): {_CHECK_MODEL}",
}


def policy(timeout_seconds: float) -> RetryPolicy:
    """Return how the server is asked; a request may take `timeout_seconds`."""
    return RetryPolicy(
        source=SOURCE,
        largest_body_bytes=_LARGEST_ANSWER_BYTES,
        request_timeout_seconds=timeout_seconds,
        attempts=3,
        backoff_seconds=0.5,
        longest_wait_seconds=10.0,
        refusals=_REFUSALS,
        has_key=True,
    )


class OpenAiEmbeddings:
    """Embedder by `model` of the server at `base_url`. Vectors may have any length, the same for all texts.

    After a failure it rests for `rest_seconds`, or as long as the server asks for, and raises EmbeddingsDown at once.
    """

    def __init__(
        self,
        client: HttpClient,
        base_url: str,
        model: str,
        api_key: str = "",
        rest_seconds: float = REST_SECONDS,
        patient_seconds: float = PATIENT_SECONDS,
    ) -> None:
        self.name = model
        self._client = client
        given = base_url.partition("?")[2]  # Azure's api-version
        self._urls = [f"{one}/embeddings{given and f'?{given}'}" for one in addresses(base_url)]
        self._headers = {"Authorization": f"Bearer {api_key}"} | headers(base_url, api_key) if api_key else {}
        self._rest_seconds = rest_seconds
        self._patient_seconds = patient_seconds
        self._rests_until = float("-inf")
        self._width = 0

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np  # noqa: PLC0415

        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            raise EmbeddingsDown
        try:
            rows = [await self._batch(texts[at : at + _BATCH_SIZE]) for at in range(0, len(texts), _BATCH_SIZE)]
        except SourceDown as down:
            asked_seconds = down.retry_after_seconds if isinstance(down, SourceBusy) else 0.0
            self._rests_until = now + max(asked_seconds, self._rest_seconds)
            log.warning("The embedding model can't be used: model=%s why=%s", self.name, why(down))
            raise EmbeddingsDown from down
        except asyncio.CancelledError:
            gave_up_at = asyncio.get_running_loop().time()
            if len(texts) <= _FEW and gave_up_at - now >= self._patient_seconds:
                self._rests_until = gave_up_at + self._rest_seconds
            raise
        return np.concatenate(rows) if rows else np.zeros((0, self._width), np.float32)

    async def check(self) -> int:
        """Embed a word and return the length of its vector. Raises SourceDown, which says what to change."""
        return int((await self._posted(["papers"])).shape[1])

    async def _batch(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Embed at most `_BATCH_SIZE` texts; one by one if the server refuses them, as a row depends on its text."""
        import numpy as np  # noqa: PLC0415

        try:
            return await self._posted([_told(text, _MAX_CHARACTERS) for text in texts])
        except Rejected as refused:
            if refused.status not in _OF_THE_TEXT:
                raise
        if len(texts) > 1:
            return np.concatenate([await self._batch([text]) for text in texts])
        return await self._posted([_told(text, _SHORT_CHARACTERS) for text in texts])

    async def _posted(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return a row a text. Try the addresses in turn while there is nothing, and keep to the one that answers."""
        body = json.dumps({"model": self.name, "input": texts, "encoding_format": "float"}).encode()
        nothing: list[Rejected] = []
        for url in self._urls:
            try:
                rows = await self._client.post(url, body, partial(read_rows, number=len(texts)), self._headers)
            except Rejected as refused:
                if refused.status not in _ELSEWHERE:
                    raise
                nothing.append(refused)
            else:
                self._urls = [url]
                return self._of_one_length(rows)
        raise nothing[0]

    def _of_one_length(self, rows: "NDArray[np.float32]") -> "NDArray[np.float32]":
        self._width = self._width or rows.shape[1]
        if rows.shape[1] != self._width:
            raise Rejected(SOURCE, f"gave vectors of {rows.shape[1]} numbers where it gave {self._width} before")
        return rows


def why(down: SourceDown) -> str:
    """Return what is wrong and what to change, in a sentence without secrets."""
    sentence = down.sentence.rstrip(".?")
    if down.reason:
        return f"{sentence}: {down.reason}."
    if isinstance(down, Rejected | SourceBusy):
        return down.sentence
    return f"{sentence}: check OPENAI_BASE_URL, and that its server runs (OPENAI_TIMEOUT_SECONDS if it is slow)."


@asynccontextmanager
async def open_embeddings(
    api_key: str, base_url: str, model: str, timeout_seconds: float, meter: Meter = NO_METER
) -> AsyncIterator[OpenAiEmbeddings]:
    """Yield the embedder, and close its connections at the end."""
    async with http_session(timeout_seconds) as http:
        yield OpenAiEmbeddings(HttpClient(http, policy(timeout_seconds), meter), base_url, model, api_key)


def _told(text: str, most: int) -> str:
    """Return the text as servers take it: not empty, not endless, and without half a surrogate pair."""
    return text[:most].encode("utf-8", "replace").decode().strip() or "."
