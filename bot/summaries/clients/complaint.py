"""What a server's complaint is about, by its words: servers have no common codes for it.

The sentences are of public reports and documentations; `tests/unit/summaries/test_way.py` lists them.
"""

import re

_ABOUT = {
    "system": (
        r"\bsystem[\"'`]?[ _-](?:role|message|prompt|instruction)",
        r"\broles?\b.{0,60}\b(?:system|user|assistant)\b",
        r"[\"'`]system[\"'`]",
        r"\broles?\b.{0,20}\balternat|\balternat\w+.{0,20}\broles?\b",
        r"developer (?:role|instruction|message)",
        r"first message.{0,40}\buser\b",
        r"messages?\W{1,3}(?:\d+\W{1,3})?role",
        r"[\"']user[\"'].{1,6}[\"']assistant|user and assistant roles",
        r"\b(?:invalid|unsupported|unknown|unexpected)\b.{0,30}\broles?\b",
        r"system.{0,3}角色|角色信息",
        r"\b(?:multi-?turn|turns?|requests?)\b.{0,20}\balternat",
        r"length of messages must be an odd",
    ),
    "thinking": (r"enable_?thinking",),
    "stream": (
        r"\bstream\w*[\"'`]? (?:mode|parameter|is required|required|only|must)",
        r"only.{0,20}\bstream|\bstreaming is\b|body\W+stream\b",
        r"(?:use|enable|set|requires?) [\"'`]?stream",
        r"non-?stream\w*\b.{0,30}\bnot\b",
    ),
    "limit": (
        r"max_(?:completion_|new_|output_)?tokens|maxoutputtokens|max_?length|n(?:um)?_predict",
        r"(?:completion|output) tokens|max(?:imum)? tokens",
    ),
    "form": (
        r"response_?format|output_?(?:config|format)|responsemimetype|responseschema",
        r"json[_ ]?(?:schema|object|validate)|json mode|valid json|generate json|structured output",
        r"grammar|guided_?(?:json|decoding)|minitems|additionalprop",
        r"(?:invalid|unsupported) (?:schema|format)|requested parameters",
    ),
}
_SUBJECTS = {name: re.compile("|".join(parts), re.IGNORECASE | re.DOTALL) for name, parts in _ABOUT.items()}


def subjects(words: str) -> tuple[str, ...]:
    """Return what `words` complain about: system, thinking, stream, limit, form."""
    return tuple(name for name, subject in _SUBJECTS.items() if subject.search(words))
