"""Where a redirect of a model's call leads."""

from urllib.parse import urljoin, urlsplit

from bot.summaries.clients.rejection import Rejection

COMPLETIONS = "/chat/completions"


def moved(url: str, location: str, status: int) -> str:
    """Return where a redirect of a call at `url` leads. Raise Rejection if that is no call of a model.

    Neither to another host nor from https to http: the key would go there.
    """
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
        is_call = bool(location) and there.path.rstrip("/").endswith(COMPLETIONS)
        is_safe = there[:2] == here[:2] or (there.scheme == "https" and there.hostname == here.hostname)
    except ValueError:
        raise Rejection(status, "to no address") from None
    if not (is_call and is_safe):
        raise Rejection(status, f"to {there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}")
    return there._replace(fragment="").geturl()
