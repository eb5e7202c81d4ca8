"""Upvotes in a digest, `/trending` while Hugging Face is down, and what stays private: a bot of its own each time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.parse import parse
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller
from support.all_platforms import CHATS_FIRST, MONDAY, on_all_platforms
from support.builders.sample_cards import PAPER
from support.servers.huggingface_server import HuggingFaceServer, entry

TUESDAY = MONDAY + timedelta(days=1)


def scores(card: Card) -> dict[str, int]:
    return {one["id"]: one["score"] for one in card.data["papers"]}  # type: ignore[attr-defined]


async def test_upvotes_order_a_digest_and_are_a_reason_in_its_data(tmp_path: Path) -> None:
    new = [replace(PAPER, id="2605.20003", title="Much Read"), replace(PAPER, id="2605.90000", title="Little Read")]
    async with HuggingFaceServer() as face, on_all_platforms(tmp_path, huggingface_url=face.url) as house:
        face.lists[TUESDAY.date().isoformat()] = [entry("2605.20003", 97)]
        await house.chats["slack"].says("/follow cs.LG", "C5")
        await house.chats["slack"].says("/digest on 09:00 UTC days=wed", "C5")
        digests = await house.next_digest(new)
        preview = await house.chats["slack"].says("/digest", "C5")
        card = await house.app.core.answer(parse("/digest"), Caller(Place("slack", "T1", "C5"), "U1"))

    (first, second) = card.data["papers"]  # type: ignore[misc]
    assert "↑ 97 on Hugging Face" in first["reasons"]  # type: ignore[index]
    assert "Hugging Face" not in str(second["reasons"])  # type: ignore[index]
    for seen in (*(each[0] for each in digests.values()), preview):
        assert seen.text.index("Much Read") < seen.text.index("Little Read")


async def test_a_paper_has_the_same_score_in_the_digest_alone_and_among_what_is_found(tmp_path: Path) -> None:
    """With upvotes, and without the cross-lists that the channel doesn't want."""
    new = [
        replace(PAPER, id="2605.20003", title="Much read", categories=("cs.LG",)),
        replace(PAPER, id="2605.90000", title="Much read elsewhere", categories=("cs.CV", "cs.LG")),
    ]
    async with HuggingFaceServer() as face, on_all_platforms(tmp_path, huggingface_url=face.url) as house:
        face.lists[TUESDAY.date().isoformat()] = [entry("2605.20003", 97), entry("2605.90000", 12)]
        house.arxiv.papers = [PAPER]
        here = Caller(Place("slack", "T1", "C5"), "U1")

        async def asked(text: str) -> Card:
            return await house.app.core.answer(parse(text), here)

        for text in ("/follow cs.LG", "/follow author:Yam Eitan", "/digest on 09:00 UTC cross=off days=wed"):
            await asked(text)
        await house.next_digest(new)
        digest, found = scores(await asked("/digest")), scores(await asked("/papers much read"))
        alone = {one.id: (await asked(f"/paper {one.id}")).data["paper"]["score"] for one in new}  # type: ignore[index]

    assert digest == alone == {one: found[one] for one in digest}
    assert set(digest) == {one.id for one in new}


@pytest.mark.parametrize("platform", CHATS_FIRST)
async def test_the_preview_of_a_direct_message_has_what_is_trending_as_its_digest_will_and_untold_as_that(
    tmp_path: Path, platform: str
) -> None:
    async with HuggingFaceServer() as face, on_all_platforms(tmp_path, huggingface_url=face.url) as house:
        chat = house.chats[platform]
        for typed in ("/follow cs.LG", "/digest on 09:00 UTC days=mon-sun"):
            await chat.says(typed, "D1")
        house.clock.instant = TUESDAY - timedelta(minutes=5)
        house.arxiv.announce(TUESDAY.date(), [replace(PAPER, published=MONDAY)])
        face.lists[TUESDAY.date().isoformat()] = [entry("2605.20003", 97, title="What Many Read")]
        await house.app.rounds.prepare()
        preview = await chat.says("/digest", "D1")
        channel = await chat.says("/digest", "C1")

        house.clock.instant = TUESDAY
        await house.app.rounds.prepare()
        await house.app.rounds.deliver()
        (digest,) = chat.standing("D1")
        house.clock.instant = TUESDAY + timedelta(hours=23)
        tomorrow = await chat.says("/digest", "D1")

    assert preview.private
    for seen in (preview, digest):
        assert seen.text.index(PAPER.title) < seen.text.index("Trending") < seen.text.index("What Many Read")
        assert "↑ 97 on Hugging Face" in seen.text
    assert "What Many Read" not in channel.text
    assert digest.links == tuple(link for link in tomorrow.links)  # nothing new tomorrow: the last day with papers
    assert "Here is the last day with papers." in tomorrow.text


@pytest.mark.parametrize("platform", CHATS_FIRST)
async def test_while_hugging_face_is_down_ours_are_shown_alone(tmp_path: Path, platform: str) -> None:
    async with on_all_platforms(tmp_path, huggingface_url="http://127.0.0.1:1") as house:
        house.clock.instant = TUESDAY
        await house.app.services.papers.keep([PAPER])
        for chat in house.chats.values():
            await chat.says(f"/save {PAPER.id}", "C1")
        seen = await house.chats[platform].says("/trending", "C1")
        elsewhere = await house.chats[platform].says("/trending", "C2")

    assert "Hugging Face isn't responding. These are the papers that channels here like." in seen.text
    assert PAPER.title in seen.text
    assert "saved in this channel" in seen.text
    assert PAPER.title not in elsewhere.text


async def test_what_was_saved_in_direct_messages_shows_nowhere(tmp_path: Path) -> None:
    async with on_all_platforms(tmp_path) as house:
        await house.app.services.papers.keep([PAPER])
        for chat in house.chats.values():
            await chat.says(f"/save {PAPER.id}", "D1")
        for chat in house.chats.values():
            assert PAPER.title not in (await chat.says("/trending", "C2")).text
