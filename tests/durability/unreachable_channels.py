"""Channels that can't be written to any more: left alone after three attempts, said to who cares, and back again.

Days pass with `once` each morning. Some channels are archived, deleted or closed to the bot, and in another story a
whole team refuses the bot's token. Then the bot is invited again, as the platforms tell a running bot.
"""

import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from durability.promise import Figure, Promise, Size
from support.bot_process import running
from support.drivers.discord_driver import number
from support.loopback_world import Room, World, a_world, at, paper
from support.servers.slack_workspace import BOT_USER

FIRST = date(2026, 8, 31)
MORNING = time(9)
DEAD_SLACK, DEAD_DISCORD = ("C1", "C2"), ("C1", "C2")
WELL = "C3"


@dataclass
class Silence:
    """Faults met: `attempts` for each dead channel or team, by name."""

    attempts: dict[str, int] = field(default_factory=dict)
    codes: Counter[int] = field(default_factory=Counter)
    told: int = 0
    late: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    tracebacks: int = 0

    @property
    def figures(self) -> list[Figure]:
        """Return the rows of the table."""
        return [
            ("channels or teams that were dead", len(self.attempts)),
            ("most attempts for one of them", max(self.attempts.values())),
            ("persons told in a direct message", self.told),
            ("runs that did not end with 0", self.codes.total() - self.codes[0]),
            ("digests of other channels that came late", len(self.late)),
            ("papers lost after the invitation", len(self.lost)),
            ("papers doubled", len(self.doubled)),
        ]


@dataclass
class Days:
    """Days of the story: one paper each, and the results of `once`."""

    world: World
    rooms: list[Room]
    found: Silence = field(default_factory=Silence)
    day: date = FIRST
    announced: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """Make every channel's digest due each morning from tomorrow on."""
        await self.world.once(_at(FIRST))
        for room in self.rooms:
            await room.says("/digest on 09:00 UTC cs.LG days=mon-sun", at("2026-08-31 12:00"))

    async def passes(self, well: list[Room]) -> None:
        """Run a day with its paper; every healthy channel gets it that morning."""
        self.day += timedelta(days=1)
        paper_id = f"2609.{self.day.day:05}"
        self.announced.append(paper_id)
        self.world.announces(self.day, [paper(paper_id, self.day)])
        ended = await self.world.once(_at(self.day))
        self.found.codes[ended.code] += 1
        self.found.tracebacks += "Traceback" in ended.err
        self.found.late += [f"{room.place} {self.day}" for room in well if paper_id not in room.papers]

    def judge(self, known: int) -> None:
        """Check that every channel has each announced paper once, without the first `known` ones."""
        for room in self.rooms:
            shown = Counter(room.papers)
            self.found.lost += [f"{room.place} {one}" for one in self.announced[known:] if not shown[one]]
            self.found.doubled += [f"{room.place} {one}" for one, times in shown.items() if times > 1]


def _at(day: date) -> datetime:
    return at(f"{day} 09:00")


@asynccontextmanager
async def _days() -> AsyncIterator[Days]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with a_world(Path(home)) as world:
            names = [("slack", channel) for channel in (*DEAD_SLACK, WELL)]
            names += [("discord", channel) for channel in (*DEAD_DISCORD, WELL)]
            days = Days(world, [world.room(platform, channel) for platform, channel in names])
            await days.begin()
            yield days


async def dead_channels(silent_days: int, by_command: bool = False) -> Silence:
    """One archived, one without the bot, one deleted, one forbidden; after `silent_days` all are open again.

    The platforms tell a running bot of it, or with `by_command` somebody types `/digest on`.
    """
    async with _days() as days:
        world = days.world
        well = [room for room in days.rooms if room.channel == WELL]
        dead = [room for room in days.rooms if room.channel != WELL]
        await days.passes(days.rooms)
        taken = world.discord.requests["post"]
        world.slack.archived.add("C1")
        world.slack.gone.add("C2")
        world.discord.channel(number("C1")).deleted = True
        world.discord.channel(number("C2")).forbidden = True
        before = len(world.slack.calls)
        for _ in range(silent_days):
            await days.passes(well)
        posts = [body["channel"] for method, body in world.slack.calls[before:] if method == "chat.postMessage"]
        days.found.attempts = {f"slack {channel}": posts.count(channel) for channel in DEAD_SLACK}
        # Nothing tells Discord's dead channels apart on the wire, and what the well one and the persons got stands.
        told = _messages_to_persons(world)
        both = world.discord.requests["post"] - taken - silent_days - told["discord"]
        days.found.attempts["discord, both together, by half"] = -(-both // 2)
        days.found.told = told.total()
        _open_again(world)
        if by_command:
            for room in dead:
                await room.says("/digest on 09:00 UTC cs.LG days=mon-sun", at(f"{days.day} 12:00"))
        else:
            await _told_by_the_platforms(world)
        await days.passes(days.rooms)
        days.judge(known=0)
        return days.found


def _open_again(world: World) -> None:
    world.slack.archived.clear()
    world.slack.gone.clear()
    for channel in DEAD_DISCORD:
        open_again = world.discord.channel(number(channel))
        open_again.deleted = open_again.forbidden = False


async def _told_by_the_platforms(world: World) -> None:
    """Type to a bot that only answers: the story's clock isn't today's."""
    async with running("--only", "slack,discord", settings=world.settings) as bot:
        await world.slack.event({"type": "channel_unarchive", "channel": "C1", "user": "U1"})
        await world.slack.event({"type": "member_joined_channel", "channel": "C2", "user": BOT_USER})
        for channel in DEAD_DISCORD:
            overwrite = {"id": world.discord.home, "type": 0, "allow": "2048", "deny": "0"}
            changed = world.discord.channel(number(channel)).json() | {"permission_overwrites": [overwrite]}
            await world.discord.gateway.emit("CHANNEL_UPDATE", changed)
        for _ in range(len(DEAD_SLACK) + len(DEAD_DISCORD)):
            await bot.says("A pause has ended")
        await world.slack.until(lambda: sum("A pause has ended" in line for line in bot.log) == 4, "all four resumed")
        assert await bot.end() == 0


def _messages_to_persons(world: World) -> Counter[str]:
    discord = [c for c in world.discord.channels.values() if not c.guild]
    return Counter(slack=len(world.slack.channel("U1")), discord=sum(len(channel.messages) for channel in discord))


async def refused_token(silent_days: int) -> Silence:
    """Revoke Slack's and Discord's tokens for some days; then set new ones."""
    async with _days() as days:
        world = days.world
        await days.passes(days.rooms)
        world.slack.revoked, right = "token_revoked", world.discord.token
        world.discord.token = world.discord.gateway.token = "another"
        before, taken = len(world.slack.calls), world.discord.requests["post"]
        for _ in range(silent_days):
            await days.passes([])
        posts = sum(method == "chat.postMessage" for method, _ in world.slack.calls[before:])
        days.found.attempts = {"slack": posts, "discord": world.discord.requests["post"] - taken}
        world.slack.revoked, world.slack.bot_token = "", "xoxb-new"
        world.discord.token = world.discord.gateway.token = f"{right}-new"
        world.settings |= {"SLACK_BOT_TOKEN": "xoxb-new", "DISCORD_TOKEN": f"{right}-new"}
        await days.passes(days.rooms)
        days.judge(known=0)
        return days.found


async def measure(size: Size) -> list[Figure]:
    """Measure both stories, with recovery by the platforms and by command."""
    days = 5 if size is Size.LONG else 2
    stories = {
        "dead channels, invited again": await dead_channels(days),
        "dead channels, /digest on": await dead_channels(days, by_command=True),
        "refused tokens, replaced": await refused_token(days),
    }
    return [(f"{name}: {what}", figure) for name, found in stories.items() for what, figure in found.figures]


MEASUREMENT = Promise("silence", measure)
