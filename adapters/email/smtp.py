"""One letter over SMTP, tried once, and every failure named for what it means."""

import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from bot.domain.errors import DeliveryFailed, NotLetIn, Refused, TryLater, Unknown
from bot.domain.text.clean import clean

TIMEOUT_SECONDS = 30.0
"""For each answer of the server's; RFC 5321 (4.5.3.2) would wait five minutes for most of them."""

LATER_SECONDS = 60.0
"""Servers that put off a sender they don't know (greylisting) take the letter after a minute or more."""

REPLY_LIMIT = 160

Fault = type[Refused] | type[NotLetIn]


@dataclass(frozen=True, slots=True)
class EmailAccess:
    """What the adapter needs of the settings. `tls`: from the first byte, by STARTTLS, or none."""

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
    """Gives the letter to the mail server. Raises a kind of DeliveryFailed.

    Unknown where the connection is lost once the letter was begun: SMTP can't be asked whether it was taken.
    """
    async with signed_in(access) as client:
        await _said(access, client.mail(sender, timeout=TIMEOUT_SECONDS), "doesn't let EMAIL_FROM send", NotLetIn)
        await _said(access, client.rcpt(to, timeout=TIMEOUT_SECONDS), "refuses the address", Refused)
        try:
            await client.data(letter.as_bytes(), timeout=TIMEOUT_SECONDS)
        except SMTPResponseException as error:
            raise _answered(access, error, "refuses the letter", Refused) from error
        except (SMTPException, OSError) as error:
            raise Unknown from error
        with suppress(SMTPException, OSError):  # it was taken, whatever becomes of the goodbye
            await client.quit(timeout=TIMEOUT_SECONDS)


@asynccontextmanager
async def signed_in(access: EmailAccess) -> AsyncIterator[SMTP]:
    """A connection over which letters can be sent, closed at the end. Raises NotLetIn or TryLater."""
    client = SMTP(
        hostname=access.host,
        port=access.port,
        use_tls=access.tls == "tls",
        start_tls=access.tls == "starttls",
        tls_context=access.context,
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
    """Awaits one step; `what` the server does where its answer is no, and `fault` what that means for good."""
    try:
        await saying
    except SMTPResponseException as error:
        raise _answered(access, error, what, fault) from error
    except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
        raise TryLater(f"The mail server {access.host} broke off.", LATER_SECONDS) from error
    except SMTPException as error:
        raise NotLetIn(f"The mail server {access.host} {what}: {clean(str(error), REPLY_LIMIT)}") from error


def _answered(access: EmailAccess, error: SMTPResponseException, what: str, fault: Fault) -> DeliveryFailed:
    """4 is "not now", 5 is "never" (RFC 5321, 4.2.1); its words are somebody else's."""
    reply = f"{error.code} {clean(error.message, REPLY_LIMIT)}".rstrip(" .")
    if error.code == 421:
        return TryLater(f"The mail server {access.host} is busy ({reply}).", LATER_SECONDS, "platform")
    if error.code < 500:
        return TryLater(f"The mail server {access.host} asks to wait ({reply}).", LATER_SECONDS)
    return fault(f"The mail server {access.host} {what} ({reply}).")
