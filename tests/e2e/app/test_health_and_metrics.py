"""`run` with PAPERLARK_PORT: what Prometheus and a supervisor see of it, and what they see it say."""

import socket
from datetime import date
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from support.bot_process import paperlark, running
from support.local_http import free_port, local_client
from support.loopback_world import a_world, paper


async def test_a_running_bot_tells_how_it_is_and_what_it_did(tmp_path: Path, wait_until) -> None:
    async with a_world(tmp_path) as world, local_client(trust_env=False) as http:
        world.announces(date(2026, 9, 1), [paper("2608.00001", date(2026, 9, 1))])
        port = free_port()
        async with running(settings=world.settings | {"PAPERLARK_PORT": port}) as bot:
            assert "now follows" in (await world.room("slack").chat.says("/follow cs.LG")).text

            async def told() -> dict[str, float]:
                text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
                families = text_string_to_metric_families(text)
                return {s.name + "".join(sorted(s.labels.values())): s.value for f in families for s in f.samples}

            async def fetched() -> bool:
                return (await told()).get("paperlark_requests_totalanswered" + "arXiv", 0) > 0

            await wait_until(fetched, "arXiv was asked and that is told", 20)
            samples = await told()
            assert samples["paperlark_commands_total" + "AddFollow" + "answered" + "slack"] == 1
            assert samples["paperlark_waiting_digests"] == 0
            assert abs(samples["paperlark_clock_offset_seconds"]) < 1
            health = await http.get(f"http://127.0.0.1:{port}/healthz")
            assert health.status_code == 200
            assert health.json()["platforms"] == {"slack": "connected", "discord": "connected"}
            assert set(health.json()["loops"]) == {"scheduler", "worker"}
            assert await bot.end() == 0


async def test_a_port_that_is_taken_is_one_plain_line(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            ended = await paperlark("run", settings=world.settings | {"PAPERLARK_PORT": port})
    assert ended.code == 1
    (line,) = ended.err.splitlines()
    assert line.startswith(f"paperlark: Port {port} (PAPERLARK_PORT) can't be opened on 127.0.0.1 (PAPERLARK_HOST): ")
