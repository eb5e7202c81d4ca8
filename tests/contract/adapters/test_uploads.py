"""A message with a picture on Slack and Discord: once, as any other, and in words where the picture isn't taken."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.discord.app import DiscordAccess
from adapters.discord.app import messenger as on_discord
from adapters.slack.app import messenger as on_slack
from bot.delivery.messenger import Message, Messenger
from bot.digests.cards.recap import recap_card
from bot.domain.channel import Place
from bot.domain.errors import Refused, Unknown
from bot.domain.plot import PlotRow
from bot.domain.recap import Recap
from support.drivers.slack_driver import access_to
from support.drivers.slack_payload import visible_text
from support.servers.discord_objects import texts
from support.servers.discord_server import DiscordServer
from support.servers.slack_server import SlackServer

SLACK, DISCORD = Place("slack", "T1", "C1"), Place("discord", "100", "1000")
KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
ENDS = date(2026, 9, 4)
RECAP = Recap(
    SLACK,
    datetime(2026, 9, 4, 9, tzinfo=UTC),
    ENDS,
    tuple(ENDS - timedelta(weeks=back) for back in range(7, -1, -1)),
    (PlotRow("Robotics", (0, 1, 2, 3, 4, 5, 6, 7)),),
)
WORDS, ALT = "·▂▃▄▅▆▇█ Robotics: 7 of 28", "Robotics: 0, 1, 2, 3, 4, 5, 6, 7"


def drawn(messenger: Messenger, image: bytes = PNG) -> Message:
    (message,) = messenger.draw(recap_card(RECAP), KEY)
    assert message.plot is not None
    assert not message.image
    return replace(message, image=image)


class TestSlack:
    @pytest.fixture
    async def slack(self) -> AsyncIterator[SlackServer]:
        async with SlackServer() as server:
            yield server

    @pytest.fixture
    def messenger(self, slack: SlackServer) -> Messenger:
        return on_slack(access_to(slack))

    async def test_the_picture_is_uploaded_and_shown_as_soon_as_slack_has_looked_at_it(
        self, slack: SlackServer, messenger: Messenger
    ) -> None:
        receipt = await messenger.post(SLACK, drawn(messenger), KEY)

        (standing,) = slack.channel("C1")
        ((id, file),) = slack.files.items()
        (image,) = [block for block in standing["blocks"] if block["type"] == "image"]
        assert standing["ts"] == receipt
        assert image["slack_file"] == {"id": id}
        assert ALT in image["alt_text"]
        assert (file.content, file.alt) == (PNG, image["alt_text"])
        assert WORDS not in visible_text(standing)
        assert len(slack.calls_of("chat.postMessage")) == 1 + slack.refusals_of_a_file

    async def test_a_lost_reply_is_looked_up_by_the_messages_key(
        self, slack: SlackServer, messenger: Messenger
    ) -> None:
        slack.refusals_of_a_file = 0
        slack.lose_reply("chat.postMessage")
        with pytest.raises(Unknown):
            await messenger.post(SLACK, drawn(messenger), KEY)
        assert await messenger.find(SLACK, KEY, datetime.now(UTC) - timedelta(hours=1)) == slack.channel("C1")[0]["ts"]
        assert len(slack.channel("C1")) == 1

    @pytest.mark.parametrize(
        ("method", "error", "status"),
        [
            ("files.getUploadURLExternal", "missing_scope", 200),
            ("files.getUploadURLExternal", "ratelimited", 429),
            ("upload", "", 500),
            ("files.completeUploadExternal", "internal_error", 200),
        ],
    )
    async def test_an_upload_that_is_refused_costs_the_picture_and_not_the_message(
        self, slack: SlackServer, messenger: Messenger, method: str, error: str, status: int
    ) -> None:
        slack.refuse(method, error, status=status)
        await messenger.post(SLACK, drawn(messenger), KEY)
        (standing,) = slack.channel("C1")
        assert WORDS in visible_text(standing)
        assert len(slack.calls_of("chat.postMessage")) == 1

    async def test_a_lost_reply_to_an_upload_costs_the_picture_too(
        self, slack: SlackServer, messenger: Messenger
    ) -> None:
        slack.lose_reply("upload")
        await messenger.post(SLACK, drawn(messenger), KEY)
        assert WORDS in visible_text(slack.channel("C1")[0])

    @pytest.mark.slow
    async def test_a_file_that_slack_never_gets_ready_is_done_without(
        self, slack: SlackServer, messenger: Messenger
    ) -> None:
        slack.refusals_of_a_file = 99
        await messenger.post(SLACK, drawn(messenger), KEY)
        (standing,) = slack.channel("C1")
        assert WORDS in visible_text(standing)

    async def test_without_an_image_nothing_is_uploaded(self, slack: SlackServer, messenger: Messenger) -> None:
        await messenger.post(SLACK, drawn(messenger, image=b""), KEY)
        assert WORDS in visible_text(slack.channel("C1")[0])
        assert [method for method, _ in slack.calls] == ["chat.postMessage"]

    async def test_a_dead_channel_is_refused_as_ever(self, slack: SlackServer, messenger: Messenger) -> None:
        slack.archived.add("C1")
        with pytest.raises(Refused, match="archived"):
            await messenger.post(SLACK, drawn(messenger), KEY)
        assert len(slack.calls_of("chat.postMessage")) == 1


class TestDiscord:
    @pytest.fixture
    async def discord(self) -> AsyncIterator[DiscordServer]:
        async with DiscordServer() as server:
            server.channel("1000")
            yield server

    @pytest.fixture
    async def messenger(self, discord: DiscordServer) -> AsyncIterator[Messenger]:
        async with on_discord(DiscordAccess(discord.token, discord.url)) as speaker:
            yield speaker

    async def test_the_picture_is_sent_along_and_shown(self, discord: DiscordServer, messenger: Messenger) -> None:
        receipt = await messenger.post(DISCORD, drawn(messenger), KEY)

        (standing,) = discord.channel("1000").messages
        (gallery,) = [c for c in standing["components"][0]["components"] if c["type"] == 12]
        (file,) = standing["attachments"]
        assert standing["id"] == receipt
        assert ALT in gallery["items"][0]["description"]
        assert (file["size"], file["filename"]) == (len(PNG), "recap.png")
        assert WORDS not in "".join(texts(standing))

    async def test_the_same_key_again_is_the_same_message(self, discord: DiscordServer, messenger: Messenger) -> None:
        message = drawn(messenger)
        assert await messenger.post(DISCORD, message, KEY) == await messenger.post(DISCORD, message, KEY)
        assert len(discord.channel("1000").messages) == 1

    async def test_a_lost_reply_is_unknown_until_the_history_is_read(
        self, discord: DiscordServer, messenger: Messenger
    ) -> None:
        discord.lose_reply("post")
        try:
            receipt = await messenger.post(DISCORD, drawn(messenger), KEY)
        except Unknown:
            receipt = await messenger.find(DISCORD, KEY, datetime.now(UTC) - timedelta(minutes=1)) or ""
        assert [message["id"] for message in discord.channel("1000").messages] == [receipt]

    @pytest.mark.parametrize(("status", "code"), [(413, 40005), (413, 0), (400, 50035)])
    async def test_a_picture_that_is_refused_costs_the_picture_and_not_the_message(
        self, discord: DiscordServer, messenger: Messenger, status: int, code: int
    ) -> None:
        discord.refuse("post", status, code)
        await messenger.post(DISCORD, drawn(messenger), KEY)
        (standing,) = discord.channel("1000").messages
        assert WORDS in "".join(texts(standing)).replace("`", "").replace("**", "")
        assert standing["attachments"] == []

    async def test_where_the_bot_may_attach_no_files_it_says_it_in_words(
        self, discord: DiscordServer, messenger: Messenger
    ) -> None:
        discord.channel("1000").takes_files = False
        await messenger.post(DISCORD, drawn(messenger), KEY)
        assert len(discord.channel("1000").messages) == 1
        assert discord.requests["post"] == 2

    async def test_in_a_forum_it_is_a_post_with_its_picture(self, discord: DiscordServer, messenger: Messenger) -> None:
        await discord.forum()
        await messenger.post(replace(DISCORD, channel="2000"), drawn(messenger), KEY)
        (made,) = discord.posts()
        assert made.name == "The week from 29 August to 4 September 2026"
        assert [file["size"] for file in made.messages[0]["attachments"]] == [len(PNG)]

    async def test_a_dead_channel_is_refused_as_ever(self, discord: DiscordServer, messenger: Messenger) -> None:
        discord.channel("1000").deleted = True
        with pytest.raises(Refused):
            await messenger.post(DISCORD, drawn(messenger), KEY)
        assert discord.requests["post"] == 1
