"""The JSON log of the bot as its own process."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from support.bot_process import running
from support.loopback_world import a_world

NOWHERE = "http://127.0.0.1:1"


async def test_every_line_of_run_is_one_object_without_secrets_where_json_is_asked_for(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        trouble = {"DISCORD_TOKEN": "d15cord-5ecret", "DISCORD_API_URL": f"{NOWHERE}/api/v10", "PAPERLARK_LOG": "json"}
        async with running(settings=world.settings | trouble) as bot:
            await bot.says('"event": "A platform can\'t be reached, trying on"')
            assert await bot.end() == 0
    lines = [json.loads(line) for line in bot.log]
    assert all(datetime.fromisoformat(line["time"]).utcoffset() == timedelta() for line in lines)
    assert {"discord"} == {line["platform"] for line in lines if "trying on" in line["event"]}
    assert "5ecret" not in "\n".join(bot.log)
