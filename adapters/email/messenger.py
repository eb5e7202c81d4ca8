"""Delivery of digests to mailboxes: once each, under a unique Message-ID; arrival can't be checked."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from adapters.email.mime import Ending, compose, sender_of
from adapters.email.render import draw
from adapters.email.smtp import EmailAccess, send
from adapters.http.unsubscribe import Signer
from bot.delivery.messenger import Message
from bot.delivery.rate_limit import Limit
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.errors import BadInput, HistoryUnreadable, Refused
from bot.domain.mailbox import MAIL, address_of, read_address
from bot.domain.posting import PostingCheck
from bot.infra.fingerprint import fingerprint

LIMITS = (Limit("platform", 5, 1.0),)
"""E-mails per second over all processes: mail servers' limits differ, and a low rate does no harm."""

AT_ONCE = 4
"""Connections to one server; Gmail and others allow about ten."""

_WHY = "You get this because you confirmed this address in your team's chat. To stop it, type /digest email off there."
_ASKED = "Somebody typed this address in a chat with Paperlark. I won't send another e-mail unless you confirm it."


class EmailMessenger:
    """An implementation of `Messenger` in bot/ports; the key becomes the Message-ID, the same for every attempt."""

    platform = MAIL
    limits = LIMITS

    def __init__(self, access: EmailAccess, now: Callable[[], datetime]) -> None:
        self._access = access
        self._sender = sender_of(access.sender)
        self._now = now
        self._signer = Signer(access.url, access.secret) if access.url and access.secret else None
        self._lines = asyncio.Semaphore(AT_ONCE)

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:  # noqa: ARG002 - travels beside the payload
        letter = draw(card)
        return (Message({"subject": letter.subject, "text": letter.text, "html": letter.html}, letter.papers),)

    async def post(self, place: Place, message: Message, key: str) -> str:
        unsubscribe = self._signer.url(place) if self._signer else ""
        return await self._send(address_of(place), message, key, Ending(_WHY, unsubscribe))

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:  # noqa: ARG002
        """Send as `ports.Messenger.tell` does; `user` is an address."""
        for message in self.draw(card, key):
            await self._send(user, message, key, Ending(_ASKED))

    def address(self, place: Place) -> str:  # noqa: ARG002 - nobody opens another's mailbox
        return ""

    def direct(self, place: Place) -> bool:  # noqa: ARG002
        return True

    async def can_post(self, place: Place) -> PostingCheck:  # noqa: ARG002 - its owner confirmed every address
        return PostingCheck()

    async def may_read(self, place: Place, user: str) -> bool | None:  # noqa: ARG002 - a mailbox is its owner's
        return None

    def token(self, place: Place) -> str:  # noqa: ARG002 - one server for all
        access = self._access
        return fingerprint(f"{access.host}:{access.port}:{access.user}:{access.password}:{access.sender}")

    async def find(
        self,
        place: Place,  # noqa: ARG002
        key: str,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        besides: str = "",  # noqa: ARG002
    ) -> str | None:
        raise HistoryUnreadable("A mail server can't tell if an e-mail arrived.")

    async def _send(self, to: str, message: Message, key: str, ending: Ending) -> str:
        """Send the message and return its Message-ID as the receipt."""
        try:
            to = read_address(to)
        except BadInput as error:
            raise Refused(error.sentence, error.hint) from error
        letter = compose(self._sender, to, message.payload, key, self._now(), ending)
        async with self._lines:
            await send(self._access, self._sender.addr_spec, to, letter)
        return str(letter["Message-ID"])
