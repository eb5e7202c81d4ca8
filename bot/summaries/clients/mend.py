"""The next form of a request after a server's complaint."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.summaries.clients.complaint import subjects
from bot.summaries.clients.rejection import Rejection
from bot.summaries.way import Way

_FEWEST_TOKENS, _FEWEST_GUESSED = 16, 250
_ENOUGH = 500
"""Tokens: a summary takes 250 to 450."""
_STATUS = re.compile(r"(?:code|status|error|http\S*)\W{0,3}[45]\d\d\b", re.IGNORECASE)
_MOST_DIGITS = 9
_NUMBER = re.compile(r"(?<![\w.-])\d{1,3}(?:,\d{3})+(?![\w-])|(?<![\w.-])\d{2,7}(?!\.?\w|-)")
_ABOUT_ROOM = re.compile(
    r"large|exceed|most|maximum|less than|fewer|range|limited?|up to|<|≤|greater|context|too (?:many|high|big|long)"
    r"|between|cannot be|must be|should be|at least|minimum|afford|\[\s*[012]\s*,",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(r"too (?:large|high|big|many|long)|exceed|(?:larger|greater|more|higher) than", re.IGNORECASE)
_TOO_LITTLE = re.compile(r"at least|minimum|below|too (?:low|small)|greater than or equal|>=", re.IGNORECASE)
_EXCLUSIVE = re.compile(r"exclusive|(?:(?:lower|less|smaller|fewer) than|<) [`\"']?\d", re.IGNORECASE)
_HIGHER = re.compile(r"higher `?max_|increase (?:the )?(?:value of )?`?max_", re.IGNORECASE)
_OF_ALL_TOGETHER = re.compile(r"context (?:length|size)|token limit", re.IGNORECASE)
_OF_ANSWER = re.compile(r"max_\w*tokens", re.IGNORECASE)
_OF_TOKENS = re.compile(r"context|tokens|token limit", re.IGNORECASE)
_ALL_TOGETHER = re.compile(r"context|in total|inputs?\b|prompt|messages", re.IGNORECASE)
_ASKED_FOR_INPUT = re.compile(
    r"(\d[\d,]*) (?:tokens )?(?:in|of|from) (?:the |your )?(?:messages|prompt|input|text)"
    r"|(\d[\d,]*) (?:input|prompt)s? tokens"
    r"|(\d[\d,]*) \+ \d[\d,]* >"
    r"|(?:inputs?|prompt|messages)[^.\d<=]{1,40}(\d[\d,]*)",
    re.IGNORECASE,
)
_MARGIN = 0.9
"""Another paper is longer than this one."""


def mended(way: Way, complaint: Rejection, earlier: Sequence[str] = ()) -> Way:
    """Return the way without what the server complains about; the same one if there is nothing to change.

    `earlier` holds the words of the complaints before: each should be the last, as every request takes time.
    """
    about, is_of_room = complaint.about, _is_of_room(complaint.words, way.limit)
    if complaint.words in earlier and "form" not in about:
        least = replace(way, limit=min(way.limit, _ENOUGH)) if is_of_room else way
        return least.plainest()
    if not about and not is_of_room:
        return humbler(way)
    if "system" in about:
        way = replace(way, system=False)
    if "thinking" in about:
        way = replace(way, thinking=_wanted_thinking(complaint.words, way.thinking))
    elif "stream" in about:
        way = replace(way, streamed=True)
    if "limit" in about or is_of_room:
        way = _with_other_limit(way, complaint.words)
    if "form" in about:
        way = way.weaker() if not earlier else replace(way, form="text")
    return way


def _wanted_thinking(words: str, now: bool | None) -> bool | None:
    """Return the value that a sentence on thinking demands; None if the parameter itself is refused."""
    value = re.search(r"\b(true|false)\b", words.lower())
    if value and (value[1] == "true") is not now:
        return value[1] == "true"
    return False if now is None else None


def humbler(way: Way) -> Way:
    """Return the way that more servers know, for one that doesn't tell what it is about."""
    plain = replace(way, form="text", limit_name="max_tokens")
    return plain if plain != way else replace(way, system=False)


def _with_other_limit(way: Way, words: str) -> Way:
    if _HIGHER.search(words):
        return way.roomier()
    if not _is_of_room(words, way.limit):
        return way.renamed()
    if least := _least(words, way.limit):
        return replace(way, limit=least)
    return way.within(_room(words, way.limit))


def _is_of_room(words: str, limit: int) -> bool:
    if "limit" not in subjects(words) and not _OF_TOKENS.search(words):
        return False
    names_limit = str(limit) in words.replace(",", "") and _ABOUT_ROOM.search(words)
    return bool(names_limit or _TOO_MUCH.search(words) or _named(words, limit) or _least(words, limit))


def _least(words: str, limit: int) -> int:
    """Return the number above `limit` that a sentence asks for at least; 0 if there is none."""
    more = (number for number in _numbers(words) if number > limit)
    return min(more, default=0) if _TOO_LITTLE.search(words) else 0


def _named(words: str, limit: int) -> list[int]:
    """Return the numbers below `limit` in a sentence about room, the highest first."""
    if not _ABOUT_ROOM.search(words):
        return []
    return sorted((number for number in _numbers(words) if _FEWEST_TOKENS <= number < limit), reverse=True)


def _room(words: str, limit: int) -> int:
    """Return the number of tokens that the server says it takes; if it says none, half of `limit`."""
    if _ALL_TOGETHER.search(words) and (asked := _ASKED_FOR_INPUT.search(words.replace("`", ""))):
        given = int(next(filter(None, asked.groups())).replace(",", "")[:_MOST_DIGITS])
        wholes = [number for number in _numbers(words) if number > given and number not in {limit, limit + given}]
        left = int((min(wholes, default=0) - given) * _MARGIN)
        if _FEWEST_TOKENS <= left < limit:
            return left
    named = next(iter(_named(words, limit)), 0)
    if not named:
        return max(limit // 2, min(limit, _FEWEST_GUESSED))
    if _OF_ALL_TOGETHER.search(words) and not _OF_ANSWER.search(words):
        return max(named // 2, _FEWEST_TOKENS)  # the paper needs room too
    return named - 1 if _EXCLUSIVE.search(words) else named


def _numbers(words: str) -> list[int]:
    return [int(number.replace(",", "")) for number in _NUMBER.findall(_STATUS.sub("", words))]
