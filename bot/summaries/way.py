"""What a server of a model accepts: the form of a request that works for it, learned from its complaints."""

from dataclasses import replace
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from bot.domain.frozen import frozen
from bot.summaries.prompt import Messages, answer_schema, without_system

Form = Literal["json_schema", "json_object", "text"]
LimitName = Literal["max_completion_tokens", "max_tokens"]

_WEAKER: dict[Form, Form] = {"json_schema": "json_object", "json_object": "text", "text": "text"}
_OTHER_NAME: dict[LimitName, LimitName] = {
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_completion_tokens",
}
_RAISE_LIMIT = 4  # for models that think first: https://platform.openai.com/docs/guides/reasoning
_MOST_TOKENS = 128_000

_Tokens = Annotated[int, Field(ge=1, le=_MOST_TOKENS)]


@frozen
class Way:
    """Form of the requests that a server accepts. The first is the strictest.

    `form` makes it answer in JSON. New OpenAI models accept only the first name of the limit; older servers only the
    second. `most` is the highest limit it takes, if it told. Without `system`, the instructions stand at the head of
    the first user message. `thinking` and `streamed` are set where a server requires a value. `address` counts the
    addresses derived from the setting: 0 is the setting itself.
    """

    form: Form = "json_schema"
    limit_name: LimitName = "max_completion_tokens"
    limit: _Tokens = 2000
    most: _Tokens | None = None
    system: bool = True
    thinking: bool | None = None
    streamed: bool = False
    address: Annotated[int, Field(ge=0, le=9)] = 0

    def weaker(self) -> "Way":
        """Return the next less strict way; the last one stays as it is."""
        return replace(self, form=_WEAKER[self.form])

    def plainest(self) -> "Way":
        """Return the way that asks nothing special of a server."""
        return replace(self, form="text", system=False)

    def renamed(self) -> "Way":
        """Return the way with the other name of the limit."""
        return replace(self, limit_name=_OTHER_NAME[self.limit_name])

    def roomier(self) -> "Way":
        """Return the way for a model whose answer was cut off; the same if there is no more room."""
        return replace(self, limit=min(self.limit * _RAISE_LIMIT, self.most or _MOST_TOKENS))

    def within(self, most: int) -> "Way":
        """Return the way for a server that takes at most `most` tokens."""
        return replace(self, limit=min(self.limit, most), most=most)

    def messages(self, messages: Messages) -> Messages:
        """Return the conversation with the roles that the server takes."""
        return messages if self.system else without_system(messages)

    def fields(self) -> dict[str, Any]:
        """Return the request's fields for this way."""
        schema = {"name": "paper_summary", "strict": True, "schema": answer_schema()}
        response_format: dict[Form, dict[str, Any]] = {
            "json_schema": {"response_format": {"type": "json_schema", "json_schema": schema}},
            "json_object": {"response_format": {"type": "json_object"}},
            "text": {},
        }
        thinking = {} if self.thinking is None else {"enable_thinking": self.thinking}
        stream = {"stream": True} if self.streamed else {}
        return {**response_format[self.form], self.limit_name: self.limit, **thinking, **stream}


class Ways(Protocol):
    """Memory of the way that works for each endpoint, shared by all processes. Errors: StoreDown."""

    async def get(self, base_url: str, model: str) -> Way | None:
        """Return what worked last; None if nothing is known."""
        ...

    async def keep(self, base_url: str, model: str, way: Way) -> None:
        """Remember what works."""
        ...


class NoWays:
    """Memory that holds nothing: each process learns by itself."""

    async def get(self, base_url: str, model: str) -> Way | None:  # noqa: ARG002
        return None

    async def keep(self, base_url: str, model: str, way: Way) -> None:
        pass


NO_WAYS = NoWays()
"""For the doctor, which tests what a fresh start meets, and for benchmarks."""
