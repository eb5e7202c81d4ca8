"""Twenty workspaces in one process: each installs the app, gets its own digest, and leaves nothing when it goes."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from support.bot_process import paperlark, running
from support.builders.announcement_days import tomorrow_at
from support.drivers.slack_installer import Installer, oauth_settings
from support.loopback_world import World, a_world, paper
from support.servers.slack_oauth import CLIENT_SECRET, SlackOAuth
from support.store_dump import dump

TEAMS = [f"T{number:03}X" for number in range(20)]
GONE = TEAMS[7]


async def test_each_gets_its_own_and_one_that_goes_leaves_nothing(tmp_path: Path, wait_until) -> None:
    async with a_world(tmp_path) as world:
        world.slack.oauth = SlackOAuth(rotates=True)
        settings = world.settings | {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "DISCORD_TOKEN": ""}
        settings |= oauth_settings(world.slack)
        async with running("--only", "slack,worker", settings=settings) as bot:
            await all_install(world, int(str(settings["SLACK_PORT"])))
            at = tomorrow_at(9)
            world.announces(at.date(), [paper("2611.00001", at.date())])
            ended = await world.once(at, **settings)
            assert ended.code == 0, ended.err
            for team in TEAMS:
                (digest,) = [one for one in world.slack.channel(f"C{team}") if "metadata" in one]
                assert "2611.00001" in str(digest["blocks"])
            exported = await paperlark("export", settings=settings)
            before = await stored_at(tmp_path)
            assert_no_secret(world, {"store": str(before), "export": exported.out, "once": ended.err})
            assert GONE in exported.out

            world.slack.oauth.removes(GONE)
            for event in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}):
                await world.slack.event(event, team_id=GONE)
            await bot.says(f"A team is forgotten: platform=slack team={GONE}")

            async def is_gone() -> bool:
                return GONE not in str(await stored_at(tmp_path))

            await wait_until(is_gone, "nothing of it is left", 10.0)
            assert_others_stay(before, await stored_at(tmp_path))
            assert_no_secret(world, {"log": "\n".join(bot.log)})
        later = await world.once(at + timedelta(days=1), **settings)
        assert later.code == 0, later.err


async def all_install(world: World, port: int) -> None:
    person = Installer(world.slack, f"http://127.0.0.1:{port}")

    async def installs(team: str) -> None:
        world.slack.owners[f"C{team}"] = team
        assert (await person.installs(team)).status == 200
        answer = await world.slack.says("/digest on 09:00 UTC cs.CL", f"C{team}", team=team)
        assert "09:00" in str(answer.answers)

    await asyncio.gather(*map(installs, TEAMS))


async def stored_at(home: Path) -> dict[str, object]:
    """Return every key with its value, the short-lived ones by name alone."""
    async with embedded_valkey(home) as url:
        client = open_redis(url)
        bytes_client = client.__class__.from_url(url)
        try:
            names = [str(name) for name in await client.keys("*")]
            return dict.fromkeys(names, "") | dict(await dump(bytes_client, 0))
        finally:
            await client.aclose()
            await bytes_client.aclose()


def assert_no_secret(world: World, written: dict[str, str]) -> None:
    issued = world.slack.oauth.issued
    assert len(issued) == 2 * len(TEAMS)
    for where, text in written.items():
        assert [one for one in (*issued, CLIENT_SECRET, world.slack.signing_secret) if one in text] == [], where
        assert not re.search(r"xox[a-z][-.]|\bcode\.\d", text), where


def assert_others_stay(before: dict[str, object], after: dict[str, object]) -> None:
    for name, value in before.items():
        if name.startswith("lark:t:") and GONE not in name:
            assert after[name] == value, name
