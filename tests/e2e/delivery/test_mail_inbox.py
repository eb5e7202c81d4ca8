"""The digest by e-mail, from the first word to the last: asked for, confirmed, sent once, ended by a click."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.platforms import messengers
from bot.app.bootstrap import opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.card import Card
from bot.domain.command import Caller
from bot.infra.clock import FixedClock
from support.bot_process import killed, paperlark, running
from support.local_http import free_port, local_client
from support.loopback_world import Room, World, a_world, at, paper
from support.servers.huggingface_server import HuggingFaceServer, entry
from support.servers.smtp_server import LOST, SmtpServer, smtp_server

MONDAY, TUESDAY, WEDNESDAY = date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)
NOON = at("2026-08-31 12:00")
NINE, NEXT_NINE = at("2026-09-01 09:00"), at("2026-09-02 09:00")
TODAYS, TOMORROWS = ["2609.00001", "2609.00002"], ["2609.00003"]
ADA = "ada@example.org"


class Inbox:
    """Ada's chat and her mailbox."""

    def __init__(self, world: World, mail: SmtpServer, room: Room) -> None:
        self.world, self.mail, self.room = world, mail, room

    async def says(self, text: str, when: object = NOON, user: str = "U1", direct: bool = True) -> Card:
        """Type in Ada's direct message."""
        settings = self._settings()
        async with AsyncExitStack() as stack:
            speakers = await messengers(settings, stack)
            app = await stack.enter_async_context(opened(settings, FixedClock(when), speakers))
            return await app.core.answer(parse(text), Caller(self.room.place, user=user, zone="UTC", direct=direct))

    async def subscribes(self, address: str = ADA, user: str = "U1") -> None:
        """Request mail and type the code back."""
        asked = await self.says(f"/digest email {address}", user=user)
        assert asked.tone == "good", asked.text
        done = await self.says(f"/digest email confirm {self.code(address)}", user=user)
        assert "goes to ada@example.org too" in done.text

    def code(self, address: str = ADA) -> str:
        """Return the code of the last letter with one."""
        return re.findall(r"confirm (\d{6})", plain(self.mail.to(address)[-1]))[0]

    @property
    def digests(self) -> list[str]:
        """Return the plain text of each digest received."""
        return [text for text in map(plain, self.mail.to(ADA)) if "announced" in text]

    @property
    def papers(self) -> list[str]:
        """The papers that came by mail, as often as they did."""
        return [found for text in self.digests for found in re.findall(r"/abs/(26\d\d\.\d{5})", text)]

    def _settings(self) -> Settings:
        named = {name.lower(): value for name, value in self.world.settings.items()}
        wrapped = {n: SecretStr(str(v)) if n in {"email_secret", "redis_url"} else v for n, v in named.items()}
        plain_ones = {n: v for n, v in wrapped.items() if not n.startswith(("slack", "discord"))}
        return Settings.model_construct(**plain_ones)


def plain(letter) -> str:
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    """A person with a daily digest in a direct message, and two days' announcements."""
    async with a_world(tmp_path) as world, smtp_server() as mail:
        port = free_port()
        world.settings |= {
            "EMAIL_HOST": "localhost", "EMAIL_PORT": mail.port, "EMAIL_TLS": "none",
            "EMAIL_FROM": "Paperlark <papers@example.org>", "EMAIL_SECRET": "sixteen letters or more",
            "PAPERLARK_PORT": port, "PAPERLARK_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        world.announces(TUESDAY, [paper(paper_id, TUESDAY) for paper_id in TODAYS])
        room = world.room("slack", "D1")
        inbox = Inbox(world, mail, room)
        await inbox.says("/digest on 09:00 UTC cs.LG trending=off")
        yield inbox


async def test_what_stands_in_the_chat_comes_by_mail_once_until_one_click_ends_it(inbox: Inbox) -> None:
    await inbox.subscribes()
    assert len(inbox.mail.letters) == 1

    first = await inbox.world.once(NINE)
    second = await inbox.world.once(NINE)

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert sorted(inbox.papers) == sorted(inbox.room.papers) == TODAYS
    letter = inbox.mail.to(ADA)[-1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "ada@" not in first.err + second.err

    link = str(letter["List-Unsubscribe"]).strip("<>")
    async with running("--only", "scheduler", settings=inbox.world.settings), local_client(trust_env=False) as web:
        assert (await web.get(link)).status_code == 200
        shown = await inbox.says("/digest email")
        assert ADA in shown.text
        assert (await web.post(link, data={"List-Unsubscribe": "One-Click"})).status_code == 200
        assert (await web.post(link)).status_code == 200
    assert ADA not in (await inbox.says("/digest email")).text

    inbox.world.announces(WEDNESDAY, [paper(paper_id, WEDNESDAY) for paper_id in TOMORROWS])
    third = await inbox.world.once(NEXT_NINE)
    assert third.code == 0, third.err
    assert sorted(inbox.room.papers) == TODAYS + TOMORROWS
    assert sorted(inbox.papers) == TODAYS


@pytest.mark.slow
async def test_a_person_gets_what_is_trending_behind_what_they_follow_and_each_of_it_once(inbox: Inbox) -> None:
    async with HuggingFaceServer() as hugging_face:
        inbox.world.settings["HUGGINGFACE_URL"] = hugging_face.url
        hugging_face.lists = {"2026-09-01": [entry(TODAYS[0], 12), entry("2608.11111", 37, title="What Many Read")]}
        set_on = await inbox.says("/digest on trending=on")
        assert "the best 10 papers here" in set_on.text
        await inbox.subscribes()
        assert [(await inbox.world.once(NINE)).code for _ in range(2)] == [0, 0]
        inbox.world.announces(WEDNESDAY, [paper(paper_id, WEDNESDAY) for paper_id in TOMORROWS])
        assert (await inbox.world.once(NEXT_NINE)).code == 0
    assert inbox.room.papers == inbox.papers
    assert sorted(inbox.papers) == ["2608.11111", *TODAYS, *TOMORROWS]
    first = inbox.digests[0]
    assert first.index(TODAYS[1]) < first.index("Trending\n---") < first.index("2608.11111")
    assert first.count("↑ 37 on Hugging Face") == 1
    assert TODAYS[0] in first.partition("Trending\n---")[0]


async def test_a_direct_message_has_it_from_the_start_and_a_channel_does_not(inbox: Inbox) -> None:
    for channel, direct in (("D2", True), ("C2", False)):
        room = inbox.world.room("slack", channel)
        answer = await Inbox(inbox.world, inbox.mail, room).says("/digest on", direct=direct)
        assert ("trending papers" in answer.text) is direct


async def test_a_server_that_asks_to_wait_is_asked_again_by_a_later_run_and_holds_up_no_chat(inbox: Inbox) -> None:
    await inbox.subscribes()
    inbox.mail.answers["RCPT"] = ["450 4.2.0 greylisted"]
    first = await inbox.world.once(NINE)
    assert first.code == 75
    assert sorted(inbox.room.papers) == TODAYS
    assert inbox.papers == []


@pytest.mark.slow
async def test_a_lost_answer_sends_nothing_twice_and_is_said(
    inbox: Inbox, wait_until: Callable[..., Awaitable[None]]
) -> None:
    await inbox.subscribes()
    inbox.mail.answers["DATA"] = [LOST]
    assert [(await inbox.world.once(NINE)).code for _ in range(2)] == [0, 0]
    assert sorted(inbox.papers) == TODAYS
    state = await inbox.says("/paperlark", NINE)
    assert "By e-mail: I don't know if the digest of 1 September 2026 arrived." in str(state.blocks)

    sent = await inbox.says("/resend 2026-09-01", NINE)
    assert "within a minute" in sent.text
    lost = inbox.mail.to(ADA)[-1]["Message-ID"]
    async with running(settings=inbox.world.settings):
        await wait_until(lambda: [one["Message-ID"] for one in inbox.mail.to(ADA)].count(lost) == 2, "it", 20)


@pytest.mark.slow
async def test_a_mailbox_that_is_refused_is_paused_and_who_set_it_is_told_in_the_chat(inbox: Inbox) -> None:
    await inbox.subscribes()
    inbox.mail.answers["RCPT"] = ["550 5.1.1 no such user"] * 9
    first = await inbox.world.once(NINE)
    assert first.code == 0, first.err
    assert sorted(inbox.room.papers) == TODAYS
    told = inbox.world.slack.calls_of("chat.postMessage")[-1]
    assert "E-mail is paused" in str(told)
    assert "550 5.1.1 no such user" in str(told)
    assert "paused" in str((await inbox.says("/digest email", NINE)).blocks)
    connections = inbox.mail.connections
    assert (await inbox.world.once(NINE)).code == 0
    assert inbox.mail.connections == connections


@pytest.mark.slow
async def test_killed_while_the_server_thinks_it_goes_on_without_a_second_letter(inbox: Inbox) -> None:
    await inbox.subscribes()
    inbox.mail.hold.clear()
    inbox.mail.begun.clear()
    command = ("once", "--at", NINE.isoformat())
    assert await killed(*command, settings=inbox.world.settings, when=inbox.mail.begun.wait())
    inbox.mail.hold.set()
    again = await paperlark(*command, settings=inbox.world.settings)
    assert again.code == 0, again.err
    assert len(inbox.digests) <= 1
    assert sorted(inbox.room.papers) == TODAYS


async def test_nobody_can_subscribe_somebody_else_or_fill_their_mailbox(inbox: Inbox) -> None:
    assert (await inbox.says(f"/digest email {ADA}", user="U2")).tone == "good"
    right = inbox.code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert "There's no code to confirm" in (await inbox.says(f"/digest email confirm {right}", user="U3")).text
    for _ in range(5):
        assert "isn't the code" in (await inbox.says(f"/digest email confirm {wrong}", user="U2")).text
    assert "There's no code to confirm" in (await inbox.says(f"/digest email confirm {right}", user="U2")).text

    answers = [await inbox.says(f"/digest email {ADA}", user=f"U{number}") for number in range(4, 9)]
    assert [answer.tone for answer in answers].count("good") == 2
    assert "Too many codes" in answers[-1].text
    others = [await inbox.says(f"/digest email ada{number}@example.org", user="U9") for number in range(6)]
    assert [answer.tone for answer in others].count("good") == 5


async def test_a_server_that_refuses_is_said_to_who_asked_and_the_digest_goes_on(inbox: Inbox) -> None:
    inbox.mail.answers["RCPT"] = ["550 5.1.1 no such user"]
    refused = await inbox.says(f"/digest email {ADA}")
    assert (refused.tone, refused.private) == ("bad", True)
    assert "I couldn't send an e-mail to ada@example.org" in refused.text
    assert "550 5.1.1 no such user" in refused.text
    none = await inbox.says("/digest email ada@nowhere")
    assert "“ada@nowhere” doesn't look like an e-mail address" in none.text
    assert (await inbox.world.once(NINE)).code == 0
    assert sorted(inbox.room.papers) == TODAYS


async def test_what_a_person_set_is_in_the_export_and_gone_with_the_team(inbox: Inbox) -> None:
    await inbox.subscribes()
    written = (await paperlark("export", settings=inbox.world.settings)).out
    assert '"D1:ada@example.org"' in written
    settings = inbox._settings()
    async with opened(settings, FixedClock(NINE), {}) as app:
        await app.core.forget_team("slack", inbox.room.place.team)
    assert "ada" not in (await paperlark("export", settings=inbox.world.settings)).out


async def test_off_deletes_the_address(inbox: Inbox) -> None:
    await inbox.subscribes()
    assert "Stopped. I've deleted " in (await inbox.says("/digest email off")).text
    assert "ada" not in (await paperlark("export", settings=inbox.world.settings)).out
    assert (await inbox.world.once(NINE)).code == 0
    assert inbox.papers == []
