"""`python -m benchmarks.workspaces.run`: how does one process serve many workspaces and servers?

    PYTHONPATH=.:tests python -m benchmarks.workspaces.run [--teams 2000]

So many Slack workspaces, each with an installation of its own, and as many Discord servers lie in one embedded Valkey,
a channel each with a digest and one category. Measured: the start of `paperlark run` until it is ready and its memory,
`paperlark once` with nothing due, one digest round of `once`, and what all of it asks Slack and Discord.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import psutil
from slack_sdk.oauth.installation_store import Installation

from adapters.slack.installations import write_installation
from benchmarks.report import machine
from benchmarks.speed.processes import PAPERLARK, megabytes, started
from bot.app.settings import Settings
from bot.app.stores import opened_installations
from bot.delivery.installations import Installations
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from support.bot_process import REPOSITORY, environment
from support.builders.announcement_days import tomorrow_at
from support.drivers.slack_installer import oauth_settings
from support.loopback_world import World, a_world, paper
from support.servers.discord_objects import Channel as Room
from support.servers.slack_oauth import Team

SAMPLE_SECONDS = 0.2
AT_ONCE = 100
SINCE = datetime.now(UTC)


@dataclass
class Measured:
    """One command: seconds, most memory in MB, exit code, and its calls by platform and method."""

    seconds: float = 0.0
    most_mb: float = 0.0
    code: int | None = None
    calls: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        asked = ", ".join(f"{name} {count}" for name, count in sorted(self.calls.items())) or "nothing"
        return f"{self.seconds:.1f} s, {self.most_mb:.0f} MB; asked {asked}"


async def main(teams: int) -> None:
    """Measure, and print a line each."""
    print(machine())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with a_world(Path(folder)) as world:
            settings = world.settings | {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""} | oauth_settings(world.slack)
            began = monotonic()
            await fill(world, settings, teams)
            print(f"{teams} workspaces and {teams} servers stored in {monotonic() - began:.1f} s")
            at = tomorrow_at(9)
            world.announces(at.date(), [paper("2611.00001", at.date())])
            print("run, until ready:", await run_measured(world, settings))
            print("once, nothing due:", await once_measured(world, settings, at - timedelta(hours=1)))
            print("once, a digest each:", await once_measured(world, settings, at))
            posted = [len(world.slack.channel(f"CS{n}")) for n in range(teams)]
            there = [len(world.discord.channels[room_of(n)].messages) for n in range(teams)]
            print(f"Slack: {Counter(posted)}; Discord: {Counter(there)} (messages in a channel: channels)")
            print("once, again:", await once_measured(world, settings, at + timedelta(minutes=1)))


async def fill(world: World, settings: Mapping[str, object], teams: int) -> None:
    """Store the teams with their channels, and let the platforms know them."""
    of_home = Settings.model_construct(paperlark_home=world.home)
    async with embedded_valkey(world.home) as url, opened_installations(of_home, "slack") as installations:
        client = open_redis(url)
        channels = ChannelStore(client)
        for start in range(0, teams, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, teams))
            await asyncio.gather(*(stored(world, channels, installations, number) for number in numbers))
        await client.aclose()


async def stored(world: World, channels: ChannelStore, installations: Installations, number: int) -> None:
    """Store a team on each platform."""
    team, guild = f"TS{number}", f"{(10**11 + number) << 22}"
    token = f"xoxb-{team}"
    world.slack.oauth.teams[team] = Team(team, tokens={token})
    world.slack.owners[f"CS{number}"] = team
    found = Installation(team_id=team, bot_token=token, bot_id="B1", bot_user_id="UBOT", user_id="U1")
    await installations.save(team, write_installation(found))
    world.discord.guilds.add(guild)
    world.discord.channels[room_of(number)] = Room(room_of(number), guild)
    for place in (Place("slack", team, f"CS{number}"), Place("discord", guild, room_of(number))):
        await channels.set(Channel(place, timetable=Timetable(days=frozenset(range(7))), since=SINCE))
        await channels.follow(place, Follow(Kind.CATEGORY, "cs.CL", SINCE))


def room_of(number: int) -> str:
    """Return the id of a channel in Discord."""
    return f"{2 * 10**17 + number}"


async def run_measured(world: World, settings: Mapping[str, object]) -> Measured:
    """Start `paperlark run`, and wait until it is ready and its memory has settled."""
    found = Measured()
    async with _counted(world, found), started([*PAPERLARK, "run"], settings, "Paperlark is ready") as (process, took):
        found.seconds = took
        for _ in range(25):
            found.most_mb = max(found.most_mb, megabytes(psutil.Process(process.pid)))
            await asyncio.sleep(SAMPLE_SECONDS)
    return found


async def once_measured(world: World, settings: Mapping[str, object], at: datetime) -> Measured:
    """Run `paperlark once` for that instant to its end."""
    found, began = Measured(), monotonic()
    own = environment({"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}", **settings})
    async with _counted(world, found):
        with open(os.environ.get("ONCE_LOG", os.devnull), "ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *PAPERLARK, "once", "--at", at.isoformat(), env=own, cwd=REPOSITORY, stderr=log
            )
        while process.returncode is None:
            with suppress(psutil.Error):
                found.most_mb = max(found.most_mb, megabytes(psutil.Process(process.pid)))
            await asyncio.wait({asyncio.ensure_future(process.wait())}, timeout=SAMPLE_SECONDS)
    found.seconds, found.code = monotonic() - began, process.returncode
    if found.code:
        print(f"once ended with {found.code}")
    return found


@asynccontextmanager
async def _counted(world: World, found: Measured) -> AsyncIterator[None]:
    """Count the calls of Slack and Discord meanwhile."""
    slack, discord = len(world.slack.calls), Counter(_discord_calls(world))
    yield
    found.calls.update(f"slack {method}" for method, _ in world.slack.calls[slack:])
    found.calls += Counter(_discord_calls(world)) - discord


def _discord_calls(world: World) -> dict[str, int]:
    return {f"discord {name}": count for name, count in world.discord.requests.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=2000)
    asyncio.run(main(parser.parse_args().teams))
