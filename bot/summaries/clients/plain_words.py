"""What is wrong with a model, in a few words that follow its name and say what to change."""

from bot.infra.http.trouble import proxy_refusal, trouble
from bot.summaries.clients.bounded import TooLong
from bot.summaries.clients.openai_package import APIConnectionError, APITimeoutError
from bot.summaries.clients.rejection import MOVED, Rejection

_STATES = {
    403: "refuses the key",
    404: "is unknown at this address",
    405: "is unknown at this address",
    429: "is busy",
}
_ADVICE = {
    403: "check OPENAI_API_KEY, and whether a firewall stands in between",
    413: "it takes no request of this size",
    511: "the network in between asks for a sign-in",
}


def in_plain_words(error: Exception, timeout_seconds: float, address: str, secret: str) -> str:
    """Return what is wrong, for example "refuses the key (401): check OPENAI_API_KEY"; `secret` isn't shown."""
    if isinstance(error, TimeoutError | APITimeoutError):
        return f"did not answer within {timeout_seconds:g} s: if it is only slow, raise OPENAI_TIMEOUT_SECONDS"
    if isinstance(error, TooLong):
        return "gave an answer of more than 1 MiB, which I don't read"
    if isinstance(error, APIConnectionError):
        reason = trouble(error, address)
        return f"can't be reached{reason and f': {reason}'}"
    if isinstance(error, Rejection):
        return _rejected(error, address, secret)
    return "gave an answer that can't be read: check that OPENAI_BASE_URL is the address of a model's API"


def _rejected(error: Rejection, address: str, secret: str) -> str:
    if reason := proxy_refusal(error.status, address):
        return f"can't be reached: {reason}"
    if error.is_unpaid:
        return "has no quota left on this account"
    if error.is_of_key:
        return f"refuses the key ({error.status}): check OPENAI_API_KEY"  # the server's own words often hold the key
    if error.status in MOVED:
        return f"has moved ({error.status}) {error.told(secret)}: check OPENAI_BASE_URL"
    state = _STATES.get(error.status, "failed" if error.status >= 500 else "refuses the request")
    why = _why(error, address, secret)
    return f"{state} ({error.status}){why and f': {why}'}"


def _why(error: Rejection, address: str, secret: str) -> str:
    if error.is_elsewhere and not address.rstrip("/").endswith("/v1"):
        return "should OPENAI_BASE_URL end in /v1?"
    told = error.told(secret)
    if error.status in {404, 405}:
        return told if error.names_no_model and told else "check OPENAI_BASE_URL and OPENAI_MODEL"
    return told or _ADVICE.get(error.status, "")
