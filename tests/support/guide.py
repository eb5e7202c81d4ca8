"""A team with Paperlark in its Slack channel, for the tests of `guide/`.

The bot, its Slack adapter and its store are the real ones; Slack and arXiv are servers on this machine. Every story
begins on Monday, 11 May 2026, at nine in the morning (UTC).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from bot.domain.paper import Paper
from support.all_platforms import MONDAY, House
from support.drivers.slack_driver import SlackDriver
from support.drivers.visible_answer import Seen
from support.servers.arxiv_clients import a_paper, always

CHANNEL = "C1"
_numbers = count(1)


def paper(title: str, by: str = "Ada Lovelace", category: str = "cs.LG") -> Paper:
    """Write a paper that was submitted on Monday."""
    identifier, abstract = f"2605.{next(_numbers):05}", f"We study {title.lower()}. It works better than before."
    return a_paper(
        identifier, title=title, authors=(by,), categories=(category,), abstract=abstract, published=MONDAY, code_url=""
    )


@dataclass
class Team:
    """One channel, its bot, and the services around them."""

    house: House

    async def says(self, text: str) -> Seen:
        """Type a command into the channel; return the answer."""
        return await self._slack.says(text, CHANNEL)

    async def presses(self, message: Seen, button: str) -> Seen:
        """Press a button of a message; return the answer."""
        return await self._slack.presses(message, button)

    async def next_morning(self, *papers: Paper) -> list[Seen]:
        """Let arXiv announce `papers` in the night and the bot do what is due at nine; return all digests so far."""
        self.house.clock.instant += timedelta(days=1)
        self.house.arxiv.announce(self.house.clock.now().date(), papers)
        return await self.bot_works()

    async def later(self, **duration: float) -> list[Seen]:
        """Move the clock forward and let the bot do what is due; return all digests so far."""
        self.house.clock.instant += timedelta(**duration)
        return await self.bot_works()

    async def bot_works(self) -> list[Seen]:
        """Let the bot do what is due, as it does whenever it starts; return all digests so far."""
        await self.house.app.rounds.prepare()
        await self.house.app.rounds.deliver()
        await self.house.app.rounds.finish()
        return self._slack.standing(CHANNEL)

    def arxiv_knows(self, *papers: Paper) -> None:
        """Make papers known that arXiv announced last week."""
        self.house.arxiv.papers = [replace(known, published=MONDAY - timedelta(days=4)) for known in papers]

    def arxiv_is_down(self, down: bool = True) -> None:
        """Let arXiv answer every request with an error, or answer again."""
        self.house.arxiv.faults = always("403" if down else "")

    def slack_breaks_off(self) -> None:
        """Let Slack take the next message and then close the connection without an answer."""
        self._slack.server.lose_reply("chat.postMessage")

    @property
    def _slack(self) -> SlackDriver:
        chat = self.house.chats["slack"]
        assert isinstance(chat, SlackDriver)
        return chat
