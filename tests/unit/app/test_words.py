"""Every sentence that people read keeps to the words of the house: plain, active, without model names or jargon.

The catalogue is every string in `bot/` and `adapters/` that reads like a sentence, except docstrings, the log's lines,
and what only administrators read (doctor, settings, the command line).
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOR_ADMINISTRATORS = (
    "bot/app/doctor", "bot/app/settings.py", "bot/app/backup", "bot/app/demo", "bot/infra", "adapters/cli",
    "bot/summaries/prompt.py", "bot/summaries/clients", "bot/summaries/gist",
    "bot/summaries/language_check.py",
    "bot/summaries/topic_list.py", "bot/summaries/budget",
)  # fmt: skip
BANNED = {
    "shall": r"\bshall\b",
    "is no …": r"\bis no (?!longer\b)",
    "can be had": r"\bcan be had\b",
    "whom": r"\b[Ww]hom\b",
    "ended: …": r"\bEnded:",
    "a model's or library's name": r"(?i)\b(?:minilm|onnx|tantivy|pydocket|hypothesis)\b",
    "token counts": r"\btokens? (?:in|of|today|left)\b",
    "so it is": r"\bso it is\b",
    "what many read": r"\bwhat many read\b",
    "she for a person": r"\b(?:she|her|hers|he|his|him)\b",
}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}


@lru_cache(maxsize=1)
def sentences() -> tuple[tuple[str, str], ...]:
    """Return each string with words in it, with its place."""
    return tuple(_sentences())


def _sentences() -> Iterator[tuple[str, str]]:
    """Yield each string with words in it, with its place."""
    for path in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py")]):
        name = str(path.relative_to(ROOT))
        if not name.startswith(FOR_ADMINISTRATORS):
            tree = ast.parse(path.read_text())
            unread = set(_unread(tree))
            for node in ast.walk(tree):
                read = isinstance(node, ast.Constant) and id(node) not in unread
                if read and isinstance(node.value, str) and not _is_pattern(node.value):
                    yield f"{name}:{node.lineno}", node.value


def _unread(tree: ast.AST) -> Iterator[int]:
    """Yield the nodes of strings that nobody reads in a chat: docstrings, log lines, and regular expressions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        called = node.func if isinstance(node, ast.Call) else None
        silent = isinstance(called, ast.Attribute) and (called.attr in LOGGING or called.attr in {"compile", "sub"})
        if silent or (isinstance(node, ast.Call) and isinstance(called, ast.Name) and called.id.endswith("Error")):
            yield from (id(part) for part in ast.walk(node))


def _is_pattern(text: str) -> bool:
    """Return True for regular expressions and lists of words."""
    return "(?:" in text or "\\b" in text or (len(text) > 120 and not re.search(r"[.:,;]", text))


@pytest.mark.parametrize("banned", BANNED)
def test_no_sentence_uses_banned_words(banned: str) -> None:
    pattern = re.compile(BANNED[banned])
    assert [f"{place}: {said}" for place, said in sentences() if " " in said and pattern.search(said)] == []


def test_every_refusal_says_what_to_do_next() -> None:
    bare = []
    for path in sorted(ROOT.glob("bot/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "BadInput":
                says_next = [part for part in node.args[1:3] if not (isinstance(part, ast.Constant) and not part.value)]
                if not says_next:
                    bare.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert bare == []


def test_the_catalogue_is_not_empty() -> None:
    assert sum(" " in said for _, said in sentences()) > 500
