"""Many workspaces: installation by OAuth, clients by team, renewal of tokens, organizations, and removal."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from adapters.slack.app import SlackAccess, check, messenger, serving
from adapters.slack.client import CallFailed
from adapters.slack.clients import TeamClients
from adapters.slack.installations import read_installation, write_installation
from bot.app.doctor.findings import Reservation
from bot.delivery.cards import paused_card
from bot.delivery.store.installations import InstallationStore
from bot.delivery.store.rate_limits import RateLimitStore
from bot.domain.channel import Place
from bot.domain.errors import BotError, Revoked
from bot.infra.redis.connection import open_redis
from bot.infra.secret_box import SecretBox
from support.drivers.slack_installer import BACK, COOKIE, INSTALL, Installer
from support.fakes.slack_command_service import SampleDoor
from support.local_http import free_port
from support.servers.slack_oauth import CLIENT_ID, CLIENT_SECRET, SlackOAuth
from support.servers.slack_server import SlackServer
from support.stored_keys import stored

pytestmark = pytest.mark.one_store


@dataclass
class App:
    """A bot that workspaces install, and a browser of a person who does."""

    slack: SlackServer
    door: SampleDoor
    store: InstallationStore
    access: SlackAccess

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.access.port}"

    @property
    def person(self) -> Installer:
        """Return somebody with a browser."""
        return Installer(self.slack, self.url)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
def store(redis_client: Redis) -> InstallationStore:
    return InstallationStore(redis_client, SecretBox([Fernet.generate_key().decode()]), "slack")


def access_to(slack: SlackServer, store: InstallationStore, **changes: Any) -> SlackAccess:
    whole = SlackAccess(
        signing_secret=slack.signing_secret, port=free_port(), api_url=slack.api_url, client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET, installations=store,
    )  # fmt: skip
    return replace(whole, **changes)


@asynccontextmanager
async def running(slack: SlackServer, store: InstallationStore, **changes: Any) -> AsyncIterator[App]:
    app = App(slack, SampleDoor(), store, access_to(slack, store, **changes))
    if not app.access.app_token:
        slack.events_url = f"{app.url}/slack/events"
    async with serving(app.door, app.access):
        yield app


@pytest.fixture
async def app(slack: SlackServer, store: InstallationStore) -> AsyncIterator[App]:
    async with running(slack, store) as found:
        yield found


async def token_of(app: App, team: str) -> str:
    return str((await TeamClients(app.access, app.store).for_team(team)).token)


class TestInstallation:
    async def test_a_workspace_installs_the_app_and_is_answered_with_its_own_token(self, app: App) -> None:
        status, page, headers = await app.person.installs("T7")
        assert status == 200
        assert "Paperlark is installed in Team &lt;T7&gt;." in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert f"{COOKIE}=deleted" in headers["Set-Cookie"]
        assert app.door.invitations == [Place("slack", "T7", "")]
        mention = await app.slack.says("2605.05971", channel="C7", team="T7")
        assert mention.answers
        assert app.slack.calls_of("chat.postMessage")[-1]["channel"] == "C7"
        assert await token_of(app, "T7") in app.slack.oauth.teams["T7"].tokens

    async def test_slacks_own_page_leads_back_to_ours(self, app: App) -> None:
        app.slack.oauth.redirect_uri = app.url + BACK
        page = await app.person.get(INSTALL)
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.get(page.link, allow_redirects=False) as agreed,
        ):
            back = urlsplit(agreed.headers["Location"])
        state = parse_qs(back.query)["state"][0]
        assert (await app.person.get(f"{back.path}?{back.query}", cookie=state))[0] == 200
        assert await app.store.all() == ["T1"]

    async def test_with_socket_mode_the_pages_are_served_too(
        self, slack: SlackServer, store: InstallationStore
    ) -> None:
        async with running(slack, store, signing_secret=None, app_token=slack.app_token) as app:
            assert (await app.person.installs("T7"))[0] == 200
            await slack.connected()
            assert (await slack.says("2605.05971", channel="C7", team="T7")).answers

    async def test_the_team_in_the_link_is_a_team_or_nothing(self, app: App) -> None:
        for said, kept in (("T123", True), ("T1%26redirect_uri=https://evil.example", False), ("%22%3E", False)):
            _, page, _ = await app.person.get(f"{INSTALL}?team={said}")
            assert ("team=T123" in page) is kept
            assert "evil" not in page

    async def test_an_installation_again_replaces_the_token_and_ends_pauses(self, app: App) -> None:
        await app.person.installs("T7")
        first = await token_of(app, "T7")
        app.slack.oauth.removes("T7")
        await app.person.installs("T7")
        assert await token_of(app, "T7") != first
        assert app.door.invitations == [Place("slack", "T7", "")] * 2

    async def test_what_a_team_refused_before_counts_no_more(self, app: App, redis_client: Redis) -> None:
        limits, place = RateLimitStore(redis_client), Place("slack", "T7", "C7")
        token = messenger(app.access).token(place)
        await limits.reject_token(place, token, for_good=True)
        await app.person.installs("T7")
        assert await limits.rejected_token(place, token) is None

    async def test_no_token_is_in_clear_in_redis_or_the_log(
        self, app: App, redis_client: Redis, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        app.slack.oauth.rotates = True
        for team in ("T7", "T8"):
            await app.person.installs(team)
        written = str([await redis_client.dump(name) for name in await stored(redis_client)])
        written += str([await redis_client.hgetall(name) for name in await stored(redis_client, "*:access")])
        secrets = [*app.slack.oauth.issued, CLIENT_SECRET, app.slack.signing_secret]
        assert len(secrets) == 6
        for secret in secrets:
            assert secret not in written
            assert secret not in caplog.text
            assert secret not in repr(app.access)
        assert "code." not in caplog.text.replace("code.py", "")


class TestAttacks:
    async def test_a_state_is_used_once_and_by_its_browser_alone(self, app: App) -> None:
        state = await app.person.begin()
        query = app.slack.oauth.callback("T7", state)
        assert (await app.person.get(f"{BACK}?{query}"))[0] == 400
        assert (await app.person.get(f"{BACK}?{query}", cookie=await app.person.begin()))[0] == 400
        assert await app.store.all() == []
        assert (await app.person.get(f"{BACK}?{query}", cookie=state))[0] == 200
        again = app.slack.oauth.callback("T8", state)
        assert (await app.person.get(f"{BACK}?{again}", cookie=state))[0] == 401
        assert await app.store.all() == ["T7"]

    @pytest.mark.parametrize("state", ["", "forged", "%00", "%ff", "x" * 3000, "é", "a;b", "deleted"])
    async def test_a_forged_state_installs_nothing(self, app: App, state: str) -> None:
        code = app.slack.oauth.agrees("T7", CLIENT_ID)
        status, page, _ = await app.person.get(f"{BACK}?code={code}&state={state}", cookie=state or "x")
        assert status in {400, 401}
        assert "Please start again" in page
        assert await app.store.all() == []

    async def test_the_code_of_another_app_a_used_one_and_none_install_nothing(self, app: App) -> None:
        for code in (app.slack.oauth.agrees("T7", "999.999"), "guessed", ""):
            state = await app.person.begin()
            status, page, _ = await app.person.get(f"{BACK}?code={code}&state={state}", cookie=state)
            assert status == 401
            assert "Start again" in page
        assert await app.store.all() == []

    @pytest.mark.parametrize(
        "error", ["access_denied", "<script>alert(1)</script>", '"><img src=x onerror=1>', "x" * 2000, ""]
    )
    async def test_an_error_is_said_in_our_words_alone(self, app: App, error: str) -> None:
        status, page, _ = await app.person.get(f"{BACK}?error={error}&state=1")
        assert status in {200, 400}
        assert "<script" not in page
        assert "onerror" not in page
        assert ("You chose Cancel" in page) is (error == "access_denied")

    async def test_a_thousand_forged_callbacks_install_nothing_and_break_nothing(self, app: App) -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as http:

            async def one(number: int) -> int:
                query = f"code=c{number}&state=s{number}"
                headers = {"Cookie": f"{COOKIE}=s{number if number % 2 else 0}"}
                async with http.get(f"{app.url}{BACK}?{query}", headers=headers) as answer:
                    return answer.status

            statuses = await asyncio.gather(*map(one, range(1000)))
        assert set(statuses) <= {400, 401}
        assert app.slack.calls_of("oauth.v2.access") == []
        assert await app.store.all() == []

    @pytest.mark.parametrize("fault", [{"status": 500}, {"error": "internal_error"}, {"body": "<html>", "status": 200}])
    async def test_a_broken_answer_of_slack_is_a_page(self, app: App, fault: dict[str, Any]) -> None:
        app.slack.refuse("oauth.v2.access", **fault)
        status, page, _ = await app.person.installs("T7")
        assert status == 401
        assert "Slack didn&#x27;t confirm it" in page
        assert await app.store.all() == []

    async def test_a_lost_reply_of_slack_is_a_page(self, app: App) -> None:
        app.slack.lose_reply("oauth.v2.access")
        assert (await app.person.installs("T7"))[0] == 401

    async def test_without_a_store_the_pages_say_to_come_back(self, slack: SlackServer, gone_url: str) -> None:
        client = open_redis(gone_url)
        store = InstallationStore(client, SecretBox([Fernet.generate_key().decode()]), "slack")
        async with running(slack, store) as app:
            status, page, _ = await app.person.get(INSTALL)
        await client.aclose()
        assert status == 503
        assert "try again in a few minutes" in page


class TestTokens:
    @pytest.fixture(autouse=True)
    def rotates(self, slack: SlackServer) -> None:
        slack.oauth = SlackOAuth(rotates=True)

    async def ages(self, app: App, team: str, left: float) -> None:
        """Let the team's token have only so many seconds left."""
        found = await app.store.read(team)
        assert found
        installation = read_installation(found.text)
        installation.bot_token_expires_at = int(time.time() + left)
        await app.store.renew(found.holder, write_installation(installation))

    async def test_a_token_is_renewed_two_hours_before_its_end_and_once_by_all(self, app: App) -> None:
        await app.person.installs("T7")
        first = await token_of(app, "T7")
        await self.ages(app, "T7", 2 * 3600 + 60)
        assert await token_of(app, "T7") == first
        await self.ages(app, "T7", 2 * 3600 - 60)
        found = await asyncio.gather(*(token_of(app, "T7") for _ in range(20)))
        assert app.slack.oauth.refreshed == 1
        assert set(found) <= {first, await token_of(app, "T7")}
        assert await token_of(app, "T7") != first

    async def test_an_expired_token_is_waited_for(self, app: App) -> None:
        await app.person.installs("T7")
        await self.ages(app, "T7", -60)
        app.slack.delay_seconds["oauth.v2.access"] = 0.3
        found = await asyncio.gather(*(token_of(app, "T7") for _ in range(5)))
        assert app.slack.oauth.refreshed == 1
        assert len(set(found)) == 1

    async def test_a_lost_reply_costs_the_installation_and_says_so(
        self, app: App, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.slack.rotation.RETRY_SECONDS", 0.0)
        await app.person.installs("T7")
        first = await token_of(app, "T7")
        await self.ages(app, "T7", 3600)
        app.slack.lose_reply("oauth.v2.access")
        clients = TeamClients(app.access, app.store)
        assert (await clients.for_team("T7")).token == first  # works for another hour
        assert await token_of(app, "T7") == first
        assert "it has to install the app again: team=T7" in caplog.text
        await self.ages(app, "T7", 3600)
        await app.store.lose("T7")
        with pytest.raises(Reservation, match="doesn't let me into 1 of them any more, for example T7"):
            await check(app.access)
        await self.ages(app, "T7", -1)
        await app.store.lose("T7")
        with pytest.raises(CallFailed, match="token_expired"):
            await token_of(app, "T7")
        await app.person.installs("T7")
        assert await token_of(app, "T7") in app.slack.oauth.teams["T7"].tokens

    async def test_an_outage_costs_nothing(self, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("adapters.slack.rotation.RETRY_SECONDS", 0.0)
        await app.person.installs("T7")
        first = await token_of(app, "T7")
        await self.ages(app, "T7", 3600)
        app.slack.refuse("oauth.v2.access", status=503)
        app.slack.refuse("oauth.v2.access", "ratelimited", status=429)
        assert [await token_of(app, "T7") for _ in range(2)] == [first, first]
        assert await token_of(app, "T7") != first

    async def test_a_team_that_is_removed_while_its_token_is_renewed_stays_removed(
        self, app: App, redis_client: Redis
    ) -> None:
        await app.person.installs("T7")
        await self.ages(app, "T7", 3600)
        app.slack.delay_seconds["oauth.v2.access"] = 0.3
        renewing = asyncio.create_task(token_of(app, "T7"))
        await app.slack.until(lambda: app.slack.calls_of("oauth.v2.access")[1:], "the renewal")
        await app.store.forget("T7")
        with pytest.raises(CallFailed, match="not_installed"):
            await renewing
        assert await stored(redis_client, "*T7*") == []


class TestTeams:
    async def test_each_team_gets_its_own_token_and_no_other(self, app: App) -> None:
        teams = [f"T{number}" for number in range(7, 27)]
        for team in teams:
            await app.person.installs(team)
            app.slack.owners[f"C{team}"] = team
        delivery = messenger(app.access)
        card = delivery.draw(_card(), "key")[0]
        for team in teams:
            assert await delivery.post(Place("slack", team, f"C{team}"), card, f"key-{team}")
            assert await delivery.find(Place("slack", team, f"C{team}"), f"key-{team}", _long_ago())

    async def test_a_team_without_an_installation_is_paused_not_deleted(self, app: App) -> None:
        delivery = messenger(app.access)
        with pytest.raises(Revoked, match="isn't installed in the workspace any more"):
            await delivery.post(Place("slack", "T9", "C9"), delivery.draw(_card(), "key")[0], "key")

    async def test_a_token_that_is_set_serves_its_own_workspace(
        self, slack: SlackServer, store: InstallationStore
    ) -> None:
        async with running(slack, store, bot_token=slack.bot_token) as app:
            assert await token_of(app, "T1") == slack.bot_token
            with pytest.raises(CallFailed, match="not_installed"):
                await token_of(app, "T2")
            await app.person.installs("T1")
            assert await token_of(app, "T1") in slack.oauth.teams["T1"].tokens

    async def test_another_encryption_key_says_so(self, app: App, redis_client: Redis) -> None:
        await app.person.installs("T7")
        other = InstallationStore(redis_client, SecretBox([Fernet.generate_key().decode()]), "slack")
        with pytest.raises(CallFailed, match="unreadable_token"):
            await TeamClients(app.access, other).for_team("T7")

    async def test_doctor_counts_them_and_tries_a_few(self, app: App) -> None:
        for number in range(7):
            await app.person.installs(f"T{number}")
        before = len(app.slack.calls_of("auth.test"))
        assert "installed by 7, the install page is /slack/install" in await check(app.access)
        assert len(app.slack.calls_of("auth.test")) - before == 5

    async def test_without_a_way_in_doctor_says_which_settings_are_missing(self, app: App) -> None:
        with pytest.raises(BotError, match=r"SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET .* is missing"):
            await check(replace(app.access, signing_secret=None))


LATE = [
    pytest.param({"type": "app_uninstalled"}, id="a late report of a removal before it was installed again"),
    pytest.param({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, id="people who left"),
]


class TestRemoval:
    async def test_a_team_that_removes_the_app_is_forgotten_in_whatever_order_slack_says_so(
        self, app: App, redis_client: Redis, wait_until
    ) -> None:
        await app.person.installs("T8")
        before = sorted(await stored(redis_client))
        await app.person.installs("T7")
        app.slack.oauth.removes("T7")
        for event in ({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, {"type": "app_uninstalled"}) * 2:
            await app.slack.event(event, team_id="T7")
        await wait_until(lambda: len(app.door.forgotten) == 4, "it is forgotten each time")
        await wait_until(lambda: _same(redis_client, before), "nothing of it is left")
        assert set(app.door.forgotten) == {("slack", "T7")}
        assert await app.store.all() == ["T8"]

    @pytest.mark.parametrize("event", LATE)
    async def test_what_removed_nothing_now_forgets_nothing(
        self, slack: SlackServer, store: InstallationStore, event: dict[str, Any]
    ) -> None:
        async with running(slack, store) as app:
            await app.person.installs("T7")
            await app.slack.event(event, team_id="T7", event_time=int(time.time()) - 60)
        assert app.door.forgotten == []
        assert await app.store.all() == ["T7"]


ORG = {"organization": "E1", "org_wide": True}


def org_event(team: str) -> dict[str, Any]:
    """Return what stands around an event in a workspace of an organization that installed the app as a whole."""
    whole = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}
    return {"team_id": team, "enterprise_id": "E1", "is_enterprise_install": True, "authorizations": [whole]}


class TestOrganizations:
    async def test_its_workspaces_use_its_token_and_their_data_stay_apart(self, app: App) -> None:
        status, page, _ = await app.person.installs("E1", **ORG)
        assert status == 200
        assert "installed in Org &amp; Co" in page
        for number, team in enumerate(("T7", "T8"), 1):
            event = {"type": "app_mention", "channel": f"C{team}", "user": "U1", "text": "<@UBOT> following"}
            await app.slack.event(event | {"ts": f"{time.time():.6f}"}, **org_event(team))
            await app.slack.until(lambda: len(app.slack.calls_of("chat.postEphemeral")) == number, "an answer")  # noqa: B023
        assert [caller.place.team for _, caller in app.door.asked] == ["T7", "T8"]
        assert await app.store.members("E1") == ["T7", "T8"]
        assert await token_of(app, "T7") == await token_of(app, "E1")

    @pytest.mark.parametrize(
        "about", [{"team": None, "user": {"id": "U1", "team_id": "T7"}}, {"team": {"id": "T7"}, "user": {"id": "U1"}}]
    )
    async def test_a_press_without_a_team_is_the_persons_team(self, app: App, about: dict[str, Any]) -> None:
        await app.person.installs("E1", **ORG)
        action = {"type": "button", "action_id": "command:0", "value": "/following", "text": {"text": "Following"}}
        exchange = app.slack.exchange("C7", "U1")
        pressed = {"type": "block_actions", "enterprise": {"id": "E1"}, "is_enterprise_install": True}
        pressed |= {"actions": [action], "channel": {"id": "C7"}, "container": {}, "trigger_id": exchange.trigger_id}
        await app.slack.deliver("interactive", pressed | about, exchange)
        await app.slack.until(lambda: app.door.asked, "the command")
        assert app.door.asked[0][1].place == Place("slack", "T7", "C7")

    async def test_its_removal_forgets_all_its_workspaces_and_nobody_else(
        self, app: App, redis_client: Redis, wait_until
    ) -> None:
        await app.person.installs("T9", organization="E1")  # a workspace with an installation of its own
        before = sorted(await stored(redis_client))
        await app.person.installs("E1", **ORG)
        for team in ("T7", "T8", "T9"):
            await app.slack.event({"type": "app_home_opened", "user": "U1", "channel": "D1"}, **org_event(team))
        await wait_until(lambda: _members(app, ["T7", "T8"]), "its workspaces are known")
        app.slack.oauth.removes("E1")
        await app.slack.event({"type": "app_uninstalled"}, **org_event("T7"))
        await wait_until(lambda: len(app.door.forgotten) == 3, "they are forgotten")
        assert app.door.forgotten == [("slack", "T7"), ("slack", "T8"), ("slack", "E1")]
        for team in ("T7", "T8"):  # the door here deletes nothing
            await app.store.forget(team)
        await wait_until(lambda: _same(redis_client, before), "nothing of it is left")

    async def test_a_workspace_that_loses_access_goes_alone(self, app: App, wait_until) -> None:
        await app.person.installs("E1", **ORG)
        for team in ("T7", "T8"):
            await app.slack.event({"type": "app_home_opened", "user": "U1", "channel": "D1"}, **org_event(team))
        await wait_until(lambda: _members(app, ["T7", "T8"]), "its workspaces are known")
        await app.slack.event({"type": "team_access_revoked", "team_ids": ["T7"]}, **org_event("T7"))
        await wait_until(lambda: app.door.forgotten == [("slack", "T7")], "it is forgotten")
        await wait_until(lambda: _members(app, ["T8"]), "the others stay")
        assert await app.store.all() == ["E1"]


async def _members(app: App, wanted: list[str]) -> bool:
    return await app.store.members("E1") == wanted


async def _same(client: Redis, names: list[str]) -> bool:
    found = [name for name in await stored(client) if not name.startswith("lark:install:")]
    return sorted(found) == [name for name in names if not name.startswith("lark:install:")]


def _card() -> Any:
    return paused_card("", "C1", "The channel is archived.", "")


def _long_ago() -> Any:
    return datetime(2020, 1, 1, tzinfo=UTC)
