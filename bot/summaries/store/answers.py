"""Answers by models to questions about papers, in Redis, for everybody who asks the same."""

from redis.asyncio import Redis

from bot.domain.answer import Answer
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.infra.fingerprint import fingerprint
from bot.infra.redis import keys
from bot.infra.redis.json_records import read_compressed, write_compressed
from bot.infra.redis.record_type import RecordType

_ANSWER: RecordType[Answer] = RecordType(Answer)


class AnswerStore:
    """One answer a paper, version and question. An unreadable record counts as absent. Raises StoreDown.

    The question isn't stored, only its fingerprint; case, accents and punctuation make no other question. Where the
    `full_text` may be read, an answer of the abstract alone isn't the one that is wanted.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self, paper: Paper, question: str, full_text: bool = False) -> Answer | None:
        """Return the stored answer; None if there is none."""
        return await read_compressed(self._client, _key(paper, question, full_text), _ANSWER)

    async def keep(self, paper: Paper, question: str, answer: Answer, full_text: bool = False) -> None:
        """Store an answer."""
        key = _key(paper, question, full_text)
        await write_compressed(self._client, key, _ANSWER, answer, keys.ANSWER_SECONDS)


def _key(paper: Paper, question: str, full_text: bool) -> str:
    asked = f"{fold(question)} in the full text" if full_text else fold(question)
    return keys.answer(paper.id, paper.version, fingerprint(asked))
