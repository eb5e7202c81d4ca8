"""A bot whose only way out is a company's proxy: the doctor, and a digest's whole way in and out."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from support.bot_process import paperlark, running
from support.loopback_world import World, a_world
from support.servers.forward_proxy import ForwardProxy
from support.servers.huggingface_server import HuggingFaceServer
from support.servers.model_server import ModelServer

LOGIN = "bob:5ecret-word"
NAMES = {
    "ARXIV_API_URL": "arxiv.test",
    "ARXIV_RSS_URL": "rss.test",
    "ARXIV_OAI_URL": "oai.test",
    "DATACITE_URL": "datacite.test",
    "HUGGINGFACE_URL": "face.test",
    "OPENAI_BASE_URL": "model.test",
    "SLACK_API_URL": "slack.test",
    "DISCORD_API_URL": "discord.test",
}


def named(world: World, more: Mapping[str, object]) -> dict[str, object]:
    """The settings with a name for each service that leads nowhere but through the proxy."""
    world.slack.host = NAMES["SLACK_API_URL"]
    world.discord.socket_url = world.discord.socket_url.replace("127.0.0.1", "gateway.test")
    settings = world.settings | more
    return settings | {key: str(settings[key]).replace("127.0.0.1", name) for key, name in NAMES.items()}


@pytest.mark.slow
async def test_every_service_is_reached_through_it_and_the_doctor_says_so(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, ModelServer() as model, HuggingFaceServer() as face:
        own = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model, "HUGGINGFACE_URL": face.url}
        async with ForwardProxy(LOGIN) as proxy:
            settings = named(world, own) | {"HTTP_PROXY": f"http://{LOGIN}@{proxy.address}"}
            found = await paperlark("doctor", "--all", settings=settings)
            room = world.room("slack")
            async with running(settings=settings) as bot:
                assert "now follows" in (await room.chat.says("/follow cs.LG")).text
                assert await bot.end() == 0
            logged = "\n".join((*bot.log, *bot.out))
        down = await paperlark("doctor", settings=settings)
    assert found.code == 0, found.out
    assert f"Proxy {proxy.address}" in found.out
    for host in ("arxiv", "rss", "face", "model", "slack", "discord", "gateway"):
        assert proxy.asked(f"{host}.test"), host
    assert down.code == 1
    assert f"✗ Proxy {proxy.address}: The proxy at {proxy.address} didn't answer: check HTTP_PROXY." in down.out
    for service in ("arXiv's API", "Hugging Face", "Model", "Slack", "Discord"):
        (line,) = [line for line in down.out.splitlines() if line.startswith(f"✗ {service}: ")]
        assert f"the proxy at {proxy.address} didn't answer: check HTTP_PROXY" in line
    assert "5ecret" not in found.out + found.err + down.out + down.err + logged


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1", "ALL_PROXY names a SOCKS proxy, which I can't use"),
        ("SSL_CERT_FILE", "/no/such/file.pem", "SSL_CERT_FILE: /no/such/file.pem can't be read: no such file"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_said_in_one_line(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    async with a_world(tmp_path) as world:
        settings = world.settings | {name: value}
        asked = await paperlark("ask", "/following", settings=settings)
        found = await paperlark("doctor", settings=settings)
    assert (asked.code, found.code) == (1, 1)
    assert asked.err.startswith(f"paperlark: {said}")
    assert "Traceback" not in asked.err + found.err
    assert said.partition(" ")[2] in found.out
