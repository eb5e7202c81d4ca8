"""Slack's signature (S10, S15): over the bytes as they came, by its own clock, and nothing but a number as its time."""

import hashlib
import hmac

import pytest

from adapters.slack.client import LONGEST_WAIT_SECONDS, _seconds
from adapters.slack.signature import is_signed

NOW = 1_800_000_000
BODY = b"command=%2Fpaper&text=\xff"


def headers(stamp: str, secret: str = "s3cret", body: bytes = BODY) -> dict[str, str]:
    """Sign as Slack does, over whatever stamp."""
    signed = b"v0:%b:%b" % (stamp.encode(), body)
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def test_a_signature_counts_for_five_minutes() -> None:
    counts = {age: is_signed("s3cret", headers(str(NOW - age)), BODY, NOW) for age in (-301, -300, 0, 300, 301)}
    assert counts == {-301: False, -300: True, 0: True, 300: True, 301: False}


def test_another_secret_or_body_or_time_is_refused() -> None:
    good = headers(str(NOW))
    assert not is_signed("s3cret", headers(str(NOW), secret="other"), BODY, NOW)
    assert not is_signed("s3cret", good, BODY + b" ", NOW)
    assert not is_signed("s3cret", good | {"X-Slack-Request-Timestamp": str(NOW + 1)}, BODY, NOW)
    assert not is_signed("s3cret", good | {"X-Slack-Signature": "v0=é\ud800"}, BODY, NOW)
    assert not is_signed("s3cret", {}, BODY, NOW)


@pytest.mark.parametrize(
    "stamp",
    ["nan", "inf", "1e400", "-1800000000", "+1800000000", "1800000000.0", "1_800_000_000", " 1800000000", "١٨٠٠٠٠٠٠٠٠",
     "²", "9" * 5000, "0x6B49D200", ""],
)  # fmt: skip
def test_a_time_that_is_no_number_is_refused_even_if_it_is_signed(stamp: str) -> None:
    assert not is_signed("s3cret", headers(stamp), BODY, NOW)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("nan", 10), ("-nan", 10), ("²", 10), (None, 10), ("-inf", 1), ("1e400", LONGEST_WAIT_SECONDS)],
)
def test_a_wait_that_cannot_be_is_one_that_can(header: str | None, seconds: float) -> None:
    assert _seconds(header) == seconds
