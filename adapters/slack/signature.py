"""Slack's signature of a request: whether Slack sent exactly these bytes, a short time ago.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import logging
from collections.abc import Mapping

log = logging.getLogger(__name__)

PATH = "/slack/events"
"""The path of the bot's address to which Slack sends its requests."""

STAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"
SIGNATURE_AGE_SECONDS = 300
SIGNATURE_LOG_SECONDS = 600.0

_MOST_DIGITS = 14


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Return True if Slack signed these bytes within five minutes of `now`, in seconds of the epoch."""
    stamp = headers.get(STAMP, "")
    if not _is_stamp(stamp) or abs(now - int(stamp)) > SIGNATURE_AGE_SECONDS:
        return False
    expected = f"v0={hmac.digest(secret.encode(), b'v0:%b:%b' % (stamp.encode(), body), hashlib.sha256).hex()}"
    return hmac.compare_digest(headers.get(SIGNATURE, "").encode(errors="replace"), expected.encode())


class WrongSignatures:
    """A log of signed requests that were refused: one line at first, then at most one in ten minutes."""

    def __init__(self) -> None:
        self._logged_at = 0.0
        self._since = 0

    def note(self, headers: Mapping[str, str], now: float) -> None:
        """Note a refused request at `now`, in seconds of the epoch; one without a signature isn't Slack's."""
        stamp = headers.get(STAMP, "")
        if not _is_stamp(stamp) or not headers.get(SIGNATURE):
            return
        self._since += 1
        if now - self._logged_at < SIGNATURE_LOG_SECONDS:
            return
        is_old = abs(now - int(stamp)) > SIGNATURE_AGE_SECONDS
        why = "this machine's clock may be wrong" if is_old else "SLACK_SIGNING_SECRET may be wrong"
        log.warning("Requests to %s have a signature that doesn't fit, %s: requests=%s", PATH, why, self._since)
        self._logged_at, self._since = now, 0


def _is_stamp(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
