"""A person at a terminal, for suites that run on every platform: types, runs the commands of buttons, and reads.

The driver reads the drawn lines as a person does: a choice is `label → command` in dim letters, a link is what the
terminal opens.
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
    """`async with TerminalDriver(door) as chat:`. Each person is alone there: `private` is the value on the card.

    A channel named D… is a direct message, as on Slack; any other counts as a channel, so suites can compare.
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
        """Type a text and wait for the answer."""
        card = await ask(self._door, text, Caller(self.place(channel), user, direct=channel.startswith("D")))
        return seen_lines(styled_lines(card, WIDTH_LIMIT), card.private, channel)

    async def presses(self, seen: Seen, label: str) -> Seen:
        """Type the command of the choice with that label."""
        return await self.says(dict(reversed(seen.payload["choices"]))[label], seen.payload["channel"])

    async def posts(self, card: Card, key: str, channel: str = "C1") -> list[Seen]:
        """Draw a card and print its messages, as the outbox does."""
        before = len(self.standing(channel))
        for message in self.messenger.draw(card, key):
            await self.messenger.post(self.place(channel), message, key)
        return self.standing(channel)[before:]

    def standing(self, channel: str = "C1") -> list[Seen]:
        """Return the messages printed for that channel that aren't answers."""
        return [seen_lines(message.payload["lines"], False, channel) for message in self.messenger.printed[channel]]

    def place(self, channel: str = "C1") -> Place:
        """Return the core's place for that channel."""
        return Place(self.platform, TEAM, channel)


class _Scroll(TerminalMessenger):
    """Messenger that records the channel of each message, which the terminal itself doesn't."""

    def __init__(self, stream: io.StringIO) -> None:
        super().__init__(stream)
        self.printed: defaultdict[str, list[Message]] = defaultdict(list)

    async def post(self, place: Place, message: Message, key: str) -> str:
        receipt = await super().post(place, message, key)
        self.printed[place.channel].append(message)
        return receipt


def seen_lines(lines: Any, private: bool, channel: str) -> Seen:
    """Return the text, links and commands of styled lines."""
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
