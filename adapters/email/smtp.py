"""Delivery of one e-mail over SMTP, with one attempt, and classification of every failure."""

import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import field
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from bot.domain.errors import DeliveryFailed, NotLetIn, Refused, TryLater, Unknown
from bot.domain.frozen import frozen
from bot.domain.text.clean import clean
from bot.infra.tls import tls_context

TIMEOUT_SECONDS = 30.0
"""Timeout for each answer of the server; RFC 5321 (4.5.3.2) would wait five minutes for most of them."""

LATER_SECONDS = 60.0
"""Servers that delay an unknown sender (greylisting) accept the e-mail after a minute or more."""

REPLY_LIMIT = 160

Fault = type[Refused] | type[NotLetIn]


@frozen
class EmailAccess:
    """Settings for the adapter. `tls`: from the first byte, by STARTTLS, or none."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    url: str = ""
    secret: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None


async def send(access: EmailAccess, sender: str, to: str, letter: EmailMessage) -> None:
    """Send the e-mail to the mail server. Raise a kind of DeliveryFailed.

    Raise Unknown if the connection is lost after the e-mail began: SMTP can't tell whether the server accepted it.
    """
    async with signed_in(access) as client:
        await _said(access, client.mail(sender, timeout=TIMEOUT_SECONDS), "doesn't let EMAIL_FROM send", NotLetIn)
        await _said(access, client.rcpt(to, timeout=TIMEOUT_SECONDS), "refuses the address", Refused)
        try:
            await client.data(letter.as_bytes(), timeout=TIMEOUT_SECONDS)
        except SMTPResponseException as error:
            raise _answered(access, error, "refuses the e-mail", Refused) from error
        except (SMTPException, OSError) as error:
            raise Unknown from error
        with suppress(SMTPException, OSError):  # the server accepted it, even if signing off fails
            await client.quit(timeout=TIMEOUT_SECONDS)


@asynccontextmanager
async def signed_in(access: EmailAccess) -> AsyncIterator[SMTP]:
    """Yield a connection that can send e-mails; close it at the end. Raise NotLetIn or TryLater."""
    client = SMTP(
        hostname=access.host,
        port=access.port,
        use_tls=access.tls == "tls",
        start_tls=access.tls == "starttls",
        tls_context=access.context or tls_context(),
        timeout=TIMEOUT_SECONDS,
    )
    try:
        await _connected(access, client)
        if access.user:
            signing = client.login(access.user, access.password, timeout=TIMEOUT_SECONDS)
            await _said(access, signing, "doesn't take EMAIL_USER and EMAIL_PASSWORD", NotLetIn)
        yield client
    finally:
        client.close()


async def _connected(access: EmailAccess, client: SMTP) -> None:
    try:
        await client.connect()
    except (SMTPException, OSError) as error:
        raise _unconnected(access, error) from error


def _unconnected(access: EmailAccess, error: Exception) -> DeliveryFailed:
    if isinstance(error, aiosmtplib.SMTPNotSupported) or "STARTTLS" in str(error):
        return NotLetIn(f"The mail server {access.host} offers no STARTTLS.", "Set EMAIL_TLS to tls, with its port.")
    if isinstance(error, SMTPResponseException):
        return TryLater(f"The mail server {access.host} answers with {error.code}.", LATER_SECONDS)
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes) or "CERTIFICATE_VERIFY" in str(error):
        return NotLetIn(
            f"The certificate of the mail server {access.host} isn't valid.", "Is EMAIL_HOST its full name?"
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        hint = "Port 465 goes with EMAIL_TLS=tls, port 587 with starttls."
        return NotLetIn(f"The mail server {access.host} doesn't speak TLS as EMAIL_TLS has it.", hint)
    return TryLater(f"The mail server {access.host} can't be reached.", LATER_SECONDS)


async def _said(access: EmailAccess, saying: Awaitable[object], what: str, fault: Fault) -> None:
    """Await one step; on refusal, `what` says what the server does, and `fault` classifies a permanent refusal."""
    try:
        await saying
    except SMTPResponseException as error:
        raise _answered(access, error, what, fault) from error
    except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
        raise TryLater(f"The mail server {access.host} closed the connection.", LATER_SECONDS) from error
    except SMTPException as error:
        raise NotLetIn(f"The mail server {access.host} {what}: {clean(str(error), REPLY_LIMIT)}") from error


def _answered(access: EmailAccess, error: SMTPResponseException, what: str, fault: Fault) -> DeliveryFailed:
    """Classify an answer: 4 is "not now", 5 is "never" (RFC 5321, 4.2.1); omit its text, which is third-party."""
    reply = f"{error.code} {clean(error.message, REPLY_LIMIT)}".rstrip(" .")
    if error.code == 421:
        return TryLater(f"The mail server {access.host} is busy ({reply}).", LATER_SECONDS, "platform")
    if error.code < 500:
        return TryLater(f"The mail server {access.host} asks to wait ({reply}).", LATER_SECONDS)
    return fault(f"The mail server {access.host} {what} ({reply}).")
