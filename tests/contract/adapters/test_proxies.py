"""Every client goes through the proxy of the environment, trusts the certificates of SSL_CERT_FILE, and says which of
them is what fails.

The services have names of .test, which lead nowhere but through the proxy.
"""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from adapters.discord import app as discord_app
from adapters.discord.app import DiscordAccess
from adapters.slack import app as slack_app
from adapters.slack.app import SlackAccess
from bot.domain.errors import BotError
from bot.infra.http.probe import probe
from bot.summaries.clients.openai import open_model
from support.certificates import a_certificate, serving_as
from support.drivers.slack_driver import access_to
from support.fakes.discord_command_service import RecordingDoor
from support.fakes.slack_command_service import SampleDoor
from support.servers.discord_server import DiscordServer
from support.servers.forward_proxy import ForwardProxy
from support.servers.model_server import ModelServer
from support.servers.slack_server import SlackServer

Ask = Callable[[str], Awaitable[str]]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT_"):
            monkeypatch.delenv(name)


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ForwardProxy]:
    async with ForwardProxy() as running:
        monkeypatch.setenv("HTTP_PROXY", running.url)
        monkeypatch.setenv("HTTPS_PROXY", running.url)
        yield running


async def test_slack_is_reached_through_the_proxy_socket_and_answers_included(proxy: ForwardProxy) -> None:
    async with SlackServer() as slack:
        slack.host = "slack.test"
        door = SampleDoor()
        async with slack_app.serving(door, access_to(slack)):
            await slack.connected()
            assert (await slack.says("/following")).answers
    asked = [request.split("?")[0].rpartition("/")[2] for request in proxy.asked("slack.test")]
    assert {"auth.test", "apps.connections.open", "link"} <= set(asked)
    assert proxy.asked("slack.test/respond") or any("/respond/" in request for request in proxy.requests)


async def test_discord_is_reached_through_the_proxy_gateway_included(proxy: ForwardProxy) -> None:
    async with DiscordServer() as discord:
        discord.channel("1000")
        url = discord.url.replace("127.0.0.1", "discord.test")
        discord.socket_url = discord.socket_url.replace("127.0.0.1", "gateway.test")
        access = DiscordAccess(discord.token, url)
        assert (await discord_app.check(access)).startswith("signed in as")
        async with discord_app.serving(RecordingDoor(), access):
            pass
    assert proxy.asked("discord.test")
    assert [request for request in proxy.asked("gateway.test") if "/socket" in request]


async def ask_arxiv(url: str) -> str:
    answer = await probe(f"{url}/arxiv", {}, 10.0)
    return f"works {answer.status}"


async def ask_model(url: str) -> str:
    async with open_model("key", f"{url}/v1", "m", 10.0) as model:
        return await model.reachable()


async def ask_slack(url: str) -> str:
    access = SlackAccess(bot_token="xoxb-1", app_token="xapp-1", api_url=f"{url}/api/")
    return await slack_app.check(access)


async def ask_discord(url: str) -> str:
    return await discord_app.check(DiscordAccess("token", f"{url}/api/v10"))


CLIENTS = pytest.mark.parametrize("ask", [ask_arxiv, ask_model, ask_slack, ask_discord])


async def said(ask: Ask, url: str) -> str:
    try:
        return await ask(url)
    except BotError as error:
        return f"{error.sentence} {error.hint}"


@asynccontextmanager
async def encrypted(pem: Path) -> AsyncIterator[int]:
    """Yield the port of a server with this certificate that is each of the services as far as the clients ask here."""

    async def answered(request: web.Request) -> web.Response:
        if request.path.endswith("/chat/completions"):
            return web.json_response({"choices": [{"message": {"content": "OK"}, "finish_reason": "stop"}]})
        if request.path.endswith("apps.connections.open"):
            return web.json_response({"ok": True, "url": "wss://slack.test/link"})
        if request.path.endswith("auth.test"):
            return web.json_response({"ok": True, "user": "lark", "team": "T"})
        known = {"id": "1", "username": "lark", "discriminator": "0", "avatar": None, "bot": True, "flags": 0}
        known |= {"name": "lark", "description": "", "icon": None, "rpc_origins": [], "verify_key": "", "team": None}
        known |= {"bot_public": True, "bot_require_code_grant": False, "owner": dict(known)}
        return web.Response(body=json.dumps(known).encode(), headers={"Content-Type": "application/json"})

    served = web.Application()
    served.router.add_route("*", "/{path:.*}", answered)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving_as(pem)).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@CLIENTS
async def test_an_encrypted_service_is_reached_through_a_tunnel_with_the_certificates_of_ssl_cert_file(
    ask: Ask, proxy: ForwardProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = a_certificate(tmp_path, "service.test")
    async with encrypted(pem) as port:
        distrusted = await said(ask, f"https://service.test:{port}")
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        trusted = await said(ask, f"https://service.test:{port}")
        elsewhere = await said(ask, f"https://other.test:{port}")
    assert "its certificate isn't trusted: " in distrusted
    assert "set SSL_CERT_FILE to a PEM file" in distrusted
    assert trusted.startswith(("works", "lark in T", "signed in as")), trusted
    assert "its certificate is for another name than the address has" in elsewhere
    assert f"CONNECT service.test:{port}" in proxy.requests


@CLIENTS
async def test_a_certificate_that_has_expired_is_named(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = a_certificate(tmp_path, days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with encrypted(pem) as port:
        assert "its certificate has expired" in await said(ask, f"https://127.0.0.1:{port}")


@CLIENTS
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_does_not_answer_is_named(ask: Ask, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", "http://bob:s3cret@127.0.0.1:1")
    sentence = await said(ask, f"{scheme}://service.test")
    assert f"the proxy at 127.0.0.1:1 didn't answer: check {scheme.upper()}_PROXY" in sentence
    assert "s3cret" not in sentence


@CLIENTS
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_asks_for_a_password_is_named_and_takes_the_right_one(
    ask: Ask, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ForwardProxy(login="bob:p%40ss") as proxy:
        for login, words in (
            ("", f"refused (407): it asks for a user and password, so set {scheme.upper()}_PROXY to http://user"),
            ("bob:wr0ng@", f"refused (407): it doesn't take the user and password in {scheme.upper()}_PROXY"),
        ):
            monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://{login}{proxy.address}")
            sentence = await said(ask, f"{scheme}://service.test")
            assert f"the proxy at {proxy.address} {words}" in sentence
            assert "wr0ng" not in sentence
        if scheme == "https":
            pem = a_certificate(tmp_path, "service.test")
            monkeypatch.setenv("SSL_CERT_FILE", str(pem))
            monkeypatch.setenv("HTTPS_PROXY", f"http://bob:p%40ss@{proxy.address}")
            async with encrypted(pem) as port:
                works = await said(ask, f"https://service.test:{port}")
            assert works.startswith(("works", "lark in T", "signed in as")), works


@CLIENTS
async def test_a_proxy_that_refuses_the_host_is_named(ask: Ask, proxy: ForwardProxy) -> None:
    proxy.refusal = 403
    sentence = await said(ask, "https://service.test")
    assert f"the proxy at {proxy.address} answered with an error (403)" in sentence


@CLIENTS
async def test_what_no_proxy_names_is_reached_directly(
    ask: Ask, proxy: ForwardProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name leads nowhere without the proxy."""
    monkeypatch.setenv("NO_PROXY", ".test")
    assert "proxy at" not in await said(ask, "https://service.test")
    assert proxy.requests == []


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"0\x82\x03\x01"])
@CLIENTS
async def test_a_file_of_certificates_that_cannot_be_used_is_named(
    ask: Ask, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    fault = "holds no certificate in PEM form" if content is not None else "can't be read: no such file"
    assert (await said(ask, "https://service.test")).startswith(f"SSL_CERT_FILE: {file} {fault}")


async def test_the_model_is_asked_through_the_proxy(proxy: ForwardProxy) -> None:
    async with ModelServer() as model:
        url = model.base_url.replace("127.0.0.1", "model.test")
        async with open_model("", url, model.model) as opened:
            assert await opened.reachable() == "works"
    assert proxy.asked("model.test")
