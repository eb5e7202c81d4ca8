"""What a server says instead of an answer: its status, its own sentence, and what it complains about."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.domain.text.clean import clean, shorten
from bot.infra.redaction import redact
from bot.summaries.clients.complaint import subjects

_MOST_READ, _MOST_TOLD = 2000, 200
_DEEPEST, _MOST_PARTS = 5, 40
_STATUSES = range(400, 600)
_PASSING = frozenset({408, 409, 424, 425, 429, 498})
_REFUSES_REQUEST = frozenset({400, 406, 415, 416, 422})
_REFUSES_IF_TOLD = frozenset({402, 404})
"""OpenRouter: no credit for that many tokens; no provider takes that parameter."""
_NO_SUCH_PATH = frozenset({404, 405})
_UNPAID = 402
MOVED = range(300, 400)

# In this order: the sentence, then what it is about.
_TELLING = ("message", "msg", "error_msg", "status_msg", "detail", "details", "error_description", "reason", "title",
            "error", "errors", "base_resp", "raw", "metadata", "loc", "param")  # fmt: skip
_CODES = ("code", "error_code", "status_code", "status", "type")

_FILTERED = re.compile(
    r"content[ _-]?(?:filter|policy|management|moderation|safety|exists risk)|contentfilter|data_?inspection"
    r"|(?:inappropriate|unsafe|illegal) content|responsible ?ai|moderation|flagged|prohibited_?content|high risk"
    r"|sensitive (?:content|word|information)|safety (?:system|filter|setting|policy|reason|check)|guardrail"
    r"|usage (?:guideline|polic)|\w_policy_violation|input is illegal|不安全|敏感",
    re.IGNORECASE,
)
_NO_QUOTA = re.compile(
    r"insufficient[ _](?:\w+[ _])?(?:quota|balance|credits?|funds)|billing_hard_limit|(?:quota|credits?) is not enough"
    r"|(?:credit )?balance is too low|api usage limits|out of credits?|budget.{0,10} exceeded|arrear|good standing"
    r"|free ?tier.{0,40}exhausted|余额不足|欠费",
    re.IGNORECASE,
)
_WRONG_KEY = re.compile(
    r"(?:api[ _-]?key|(?:access|auth\w*) token)\b.{0,30}(?:not valid|invalid|incorrect|expired|missing|required)"
    r"|(?:invalid|incorrect|missing|no|expired)\b.{0,12}(?:api[ _-]?key|authori[sz]ation|access token|credential)",
    re.IGNORECASE,
)
_OF_MODEL = re.compile(r"\bmodels?\b|deployment", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"\bmodel_?not_?found|\bmodel\b.{0,80}(?:not exist|n['’]t exist|not found|is unknown|not available)"
    r"|not a valid model|(?:unknown|invalid|no such) model\b|model identifier is invalid|no models? (?:is |are )?loaded"
    r"|no endpoints found for|could not find real model|\bmodel\b.{0,80}(?:not supported by any|decommissioned"
    r"|terms acceptance|more system memory)|must be verified|not support chat|provide a model|模型不存在"
    r"|chat template is no longer",
    re.IGNORECASE,
)
"""The model isn't known, isn't allowed, or can't chat: no form of a request changes that."""
_NO_ENDPOINT = re.compile(
    r"unexpected endpoint|(?:unknown|invalid|no such|unsupported) (?:request )?(?:url|path|endpoint|route)|cannot post"
    r"|method not allowed|page not found|invalid url|(?:url|path|route|endpoint|resource) (?:was )?not found",
    re.IGNORECASE,
)
_STATUS = re.compile(r"[0-9]{3}")
_GENERAL = re.compile(r"not implemented|unsupported", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<>]{1,200})<", re.IGNORECASE)
_GATEWAY = re.compile(r"\b50[0234]\b|bad gateway|unavailable|time-?out", re.IGNORECASE)


@dataclass(eq=False)
class Rejection(Exception):
    """Rejection of one request. `words` are the server's, for programs: `told` is for people.

    `may_cost` is True if the model may have made an answer, which got lost.
    """

    status: int
    words: str = ""
    code: str = ""
    retry_after: float | None = None
    may_cost: bool = False

    @cached_property
    def about(self) -> tuple[str, ...]:
        """Return what it complains about: system, thinking, stream, limit, form."""
        return subjects(f"{self.code} {self.words}")

    def told(self, *secrets: str) -> str:
        """Return the server's sentence: one line, without `secrets` and what looks like one, bounded."""
        return shorten(redact(clean(self.words, _MOST_READ), secrets), _MOST_TOLD).rstrip(". 。")

    @property
    def is_filtered(self) -> bool:
        """Return True if a filter refuses what the paper says: another attempt is useless."""
        return self.status not in {401, 429} and bool(_FILTERED.search(f"{self.code} {self.words}"))

    @property
    def is_unpaid(self) -> bool:
        """Return True if the account has no quota left."""
        if self.status == _UNPAID:
            return "limit" not in self.about
        return bool(_NO_QUOTA.search(f"{self.code} {self.words}"))

    @property
    def is_of_key(self) -> bool:
        """Return True if it refuses the key; some say so with 400 (Google)."""
        return self.status == 401 or (self.status == 400 and bool(_WRONG_KEY.search(f"{self.code} {self.words}")))

    @property
    def names_no_model(self) -> bool:
        """Return True if the server can't offer the model."""
        if self.status == 404 and _OF_MODEL.search(self.words):
            return True
        return self.status in {400, 404, 422, 500} and bool(_NO_MODEL.search(f"{self.code} {self.words}"))

    @property
    def is_elsewhere(self) -> bool:
        """Return True if the server has nothing at this address."""
        if _NO_ENDPOINT.search(self.words) or self.status in MOVED:
            return True
        return self.status in _NO_SUCH_PATH and not self.names_no_model and not self.about

    @property
    def is_complaint(self) -> bool:
        """Return True if another form of the request may do; some say so with 500 (llama.cpp, for a schema) or 501."""
        if self.is_filtered or self.is_unpaid or self.names_no_model or self.is_of_key:
            return False
        told = (self.status in _REFUSES_IF_TOLD or self.status >= 500) and bool(self.about)
        return self.status in _REFUSES_REQUEST or told or (self.status >= 500 and bool(_GENERAL.search(self.words)))

    @property
    def may_be_complaint(self) -> bool:
        """Return True for a failure of the server itself, which some have at what they don't know (mistral.rs)."""
        return self.status == 500 and self.is_passing

    @property
    def may_be_of_one_paper(self) -> bool:
        """Return True if another paper's request may do: the server rejects the text, and none of its own trouble."""
        return self.status in {*_REFUSES_REQUEST, 413} and not (self.is_unpaid or self.names_no_model)

    @property
    def is_passing(self) -> bool:
        """Return True if the same request may do a little later."""
        return (self.status >= 500 or self.status in _PASSING) and not (self.is_unpaid or self.names_no_model)


def rejection(status: int, body: str, retry_after: float | None = None) -> Rejection:
    """Return what a server said with the error `status`; `retry_after` is in seconds."""
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        said = title(body) if "<" in body[:200] else body
    return Rejection(status, _words(said), _code(said), retry_after)


def title(page: str) -> str:
    """Return the title of a web page; "" if it is only a number, or there is none."""
    found = _TITLE.search(page[:_MOST_READ])
    return found[1] if found and re.search(r"[^\W\d]", found[1]) else ""


def is_gateway_page(page: str) -> bool:
    """Return True if a web page says that the server behind it has failed."""
    return bool(_GATEWAY.search(title(page)))


def dressed_rejection(body: Mapping[str, Any]) -> Rejection:
    """Return what a server said with status 200 and without an answer: a failure that may pass, unless it tells."""
    error = body.get("error") or body.get("base_resp") or body
    numbers = [_number(error.get(name)) for name in _CODES] if isinstance(error, dict) else []
    status = next((number for number in numbers if number in _STATUSES), 502)
    return Rejection(status, _words(error), _code(error))


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | str) and _STATUS.fullmatch(str(value)) else 0


def _code(said: object) -> str:
    inner = said[0] if isinstance(said, list) and said else said
    if not isinstance(inner, dict):
        return ""
    own = [str(inner[name])[:100] for name in _CODES if isinstance(inner.get(name), str | int)]
    return " ".join(own) or _code(inner.get("error"))


def _words(said: object) -> str:
    parts: dict[str, None] = {}
    for part in _texts(said, _DEEPEST):
        parts[part.strip()[:_MOST_READ]] = None
        if len(parts) >= _MOST_PARTS:
            break
    return shorten(": ".join(filter(None, parts)), _MOST_READ)


def _texts(said: object, depth: int) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif depth and isinstance(said, list):
        for each in said:
            yield from _texts(each, depth - 1)
    elif depth and isinstance(said, dict):
        for name in _TELLING:
            yield from _texts(said.get(name), depth - 1)
