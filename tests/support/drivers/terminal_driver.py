"""A person at a terminal, for suites that run on every platform: types, runs what a button carries, and sees.

What is seen is read off the drawn lines as a person does: a choice is `label → command` in quiet letters, a link is
what the terminal opens.
"""

import io
import re
from collections import defaultdict
from typing import Any, Self

from rich.style import Style

from adapters.terminal.handlers import ask
from adapters.terminal.messenger import TerminalMessenger
from adapters.terminal.render import WIDTH_LIMIT, styled_lines
from bot.app.command_service import CommandService
from bot.delivery.messenger import Message
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller
from support.drivers.visible_answer import Seen

TEAM = "local"
_LABEL = re.compile(r"(?:^| · )([^·]*?)(?: → )?$")


class TerminalDriver:
    """`async with TerminalDriver(door) as chat:`. Whoever asks is alone there: `private` is what the card says.

    A channel named D… is a direct message, as on Slack; any other counts as a channel, so that suites can compare.
    """

    platform = "terminal"

    def __init__(self, door: CommandService) -> None:
        self._door = door
        self.messenger = _Scroll(io.StringIO())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def says(self, text: str, channel: str = "C1", user: str = "U1") -> Seen:
        """Types it and waits for the answer."""
        card = await ask(self._door, text, Caller(self.place(channel), user, direct=channel.startswith("D")))
        return seen_lines(styled_lines(card, WIDTH_LIMIT), card.private, channel)

    async def presses(self, seen: Seen, label: str) -> Seen:
        """Types the command that stands behind that label."""
        return await self.says(dict(reversed(seen.payload["choices"]))[label], seen.payload["channel"])

    async def posts(self, card: Card, key: str, channel: str = "C1") -> list[Seen]:
        """Draws a card and prints its messages, as the outbox does."""
        before = len(self.standing(channel))
        for message in self.messenger.draw(card, key):
            await self.messenger.post(self.place(channel), message, key)
        return self.standing(channel)[before:]

    def standing(self, channel: str = "C1") -> list[Seen]:
        """What was printed for that channel by itself, not as an answer."""
        return [seen_lines(message.payload["lines"], False, channel) for message in self.messenger.printed[channel]]

    def place(self, channel: str = "C1") -> Place:
        """The place that the core knows that channel by."""
        return Place(self.platform, TEAM, channel)


class _Scroll(TerminalMessenger):
    """Remembers for which channel each message was printed, as the terminal itself doesn't."""

    def __init__(self, stream: io.StringIO) -> None:
        super().__init__(stream)
        self.printed: defaultdict[str, list[Message]] = defaultdict(list)

    async def post(self, place: Place, message: Message, key: str) -> str:
        receipt = await super().post(place, message, key)
        self.printed[place.channel].append(message)
        return receipt


def seen_lines(lines: Any, private: bool, channel: str) -> Seen:
    """What can be read, opened and typed of styled lines."""
    words, links = [], []
    choices: list[tuple[str, str]] = []
    for parts in lines:
        written = ""
        for text, style in parts:
            link = Style.parse(style).link
            links += [link] if link else []
            if not _is_choice(text, style, link):
                written += text
                continue
            label = _LABEL.search(written)
            written = written[: label.start()] if label else written
            choices.append(((label and label[1]) or text, "" if link else text))
        words.append(written)
    plain = " ".join(" ".join(words).replace("`", "").split())
    payload = {"choices": choices, "lines": lines, "channel": channel}
    return Seen(plain, tuple(links), tuple(label for label, _ in choices), private, payload)


def _is_choice(text: str, style: str, link: str | None) -> bool:
    return text == link or ("dim" in style and "cyan" in style and "`" not in text)
