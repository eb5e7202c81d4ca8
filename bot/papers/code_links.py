"""Finds the link to a paper's code in its authors' texts, rebuilt from validated parts."""

import re

_HOSTS = {
    "github.com": "github.com",
    "www.github.com": "github.com",
    "gitlab.com": "gitlab.com",
    "huggingface.co": "huggingface.co",
    "www.huggingface.co": "huggingface.co",
    "hf.co": "huggingface.co",
    "bitbucket.org": "bitbucket.org",
    "codeberg.org": "codeberg.org",
}
"""Code hosts, each with its canonical name."""

# Addresses of these hosts that are no repository: https://github.com/topics/…, https://huggingface.co/papers/…
_NOBODY = re.compile(
    "about|apps|blog|chat|collections|contact|customer-stories|docs|enterprise|explore|features|join|learn|login"
    "|marketplace|models|new|notifications|orgs|organizations|papers|posts|pricing|search|security|settings|site"
    "|sponsors|spaces|stars|tasks|topics|trending|users",
    re.IGNORECASE,
)
_PARTED = frozenset({"datasets", "spaces"})
"""First path parts of Hugging Face's data sets and spaces; models have none."""

_LONGEST = 200
_DEEPEST = 8
_LINK = re.compile(
    rf"(?:https?: ?/{{1,2}}|(?<![\w.@/-]))(?P<host>{'|'.join(map(re.escape, _HOSTS))})"
    rf"/(?P<path>[A-Za-z0-9._/-]{{3,{_LONGEST}}})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*|\.[A-Za-z0-9_-][A-Za-z0-9._-]*")


def code_link(*texts: str) -> str:
    """Return the first address of a repository, model, data set or space in `texts`; empty if there is none.

    An empty result doesn't mean that there is no code.
    """
    likely = (text for text in texts if any(host in text.lower() for host in _HOSTS))
    links = (_rebuilt(found["host"], found["path"]) for text in likely for found in _LINK.finditer(text))
    return next(filter(None, links), "")


def _rebuilt(host: str, path: str) -> str:
    parts = [part for part in path.rstrip("._-/").split("/") if part]
    host = _HOSTS[host.lower()]
    parted = host == "huggingface.co" and bool(parts) and parts[0].lower() in _PARTED
    owned = parts[1:] if parted else parts
    if len(owned) < 2 or _NOBODY.fullmatch(owned[0]) or not all(map(_NAME.fullmatch, parts)):
        return ""
    return "/".join((f"https://{host}", *parts[:_DEEPEST])).removesuffix(".git")
