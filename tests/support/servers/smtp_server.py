"""A real mail server on loopback (aiosmtpd), with faults at each step of SMTP."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "lark@example.org", "a very secret password"
LOST = "lost"
"""As an answer: break the connection instead."""


class SmtpServer:
    """Each answer in `answers` for a step (MAIL, RCPT, DATA) is used once; then the step succeeds.

    LOST at DATA breaks the connection after the server accepted the mail, which a client can't distinguish from before;
    at RCPT the server accepted nothing.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.senders: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.connections = 0
        self.port = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.begun = asyncio.Event()

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to one address, oldest first."""
        pairs = zip(self.letters, self.receivers, strict=True)
        return [letter for letter, receiver in pairs if receiver == address]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer(server, "MAIL")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer(server, "RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.begun.set()
        await self.hold.wait()
        answer = (self.answers.get("DATA") or ["250 OK"]).pop(0)
        if answer == LOST or answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=POLICY)
            for receiver in envelope.rcpt_tos:
                self.letters.append(letter)
                self.receivers.append(receiver)
                self.senders.append(str(envelope.mail_from))
        if answer == LOST:
            server.transport.abort()
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        """Accept USER and PASSWORD alone."""
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    def _answer(self, server: SMTP, step: str) -> str:
        answer = (self.answers.get(step) or ["250 OK"]).pop(0)
        if answer == LOST:
            server.transport.abort()
        return answer


@asynccontextmanager
async def smtp_server(tls: ssl.SSLContext | None = None, sign_in: bool = False) -> AsyncIterator[SmtpServer]:
    """Yield a server on a loopback port; `tls` makes it offer STARTTLS, `sign_in` require USER and PASSWORD."""
    server = SmtpServer()

    def protocol() -> SMTP:
        options = {"authenticator": server.authenticate, "auth_required": True} if sign_in else {}
        return SMTP(
            server, tls_context=tls, auth_require_tls=bool(tls), hostname="mail.example.org", timeout=30, **options
        )

    listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
