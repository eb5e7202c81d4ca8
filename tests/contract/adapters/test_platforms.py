"""What Slack, Discord and a terminal promise alike: one suite, run on each through the real adapter, core and store."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from inspect import getclosurevars

import pytest
import pytest_asyncio

from bot.domain.command import Caller
from support.all_platforms import MONDAY, PLATFORMS, House, User, on_all_platforms, words_of
from support.builders.sample_cards import BUTTONS, PAPER
from support.builders.sample_cards import CODED as WITH_CODE
from support.drivers.discord_driver import DiscordDriver
from support.servers.openalex_server import OpenAlexServer, article, preprint

pytestmark = pytest.mark.asyncio(loop_scope="module")

ABS, PDF = f"https://arxiv.org/abs/{PAPER.id}", f"https://arxiv.org/pdf/{PAPER.id}"
ORCID = "0000-0002-1825-0097"
TUESDAY = MONDAY + timedelta(days=1)
CODED = replace(WITH_CODE, abstract=f"AI datacenters strain the grid. Code is at {WITH_CODE.code_url}.")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def openalex() -> AsyncIterator[OpenAlexServer]:
    async with OpenAlexServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, openalex: OpenAlexServer) -> AsyncIterator[House]:
    """Tuesday morning; arXiv has two papers, announced in the night."""
    async with on_all_platforms(tmp_path_factory.mktemp("home"), openalex_url=openalex.url) as house:
        house.clock.instant = TUESDAY
        house.arxiv.papers = [PAPER, CODED]
        await house.app.services.papers.keep(house.arxiv.papers)
        await house.app.services.papers.announce({paper.id: TUESDAY - timedelta(hours=9) for paper in (PAPER, CODED)})
        yield house


@pytest.fixture(params=PLATFORMS)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def test_help_is_for_the_asker_and_names_every_command_and_how_the_channel_stands(user: User) -> None:
    seen = await user.says("/paperlark help")

    assert seen.private
    assert "This channel follows nothing yet. The daily digest is off." in seen.text
    assert seen.buttons == ("Set up this channel", "All commands")
    everything = await user.presses(seen, "All commands")
    assert everything.private
    for command in ("/paper", "/follow", "/unfollow", "/following", "/mute", "/digest", "/digest on", "/digest off"):
        assert command in everything.text


@pytest.mark.parametrize("query", [PAPER.id, f"arXiv:{PAPER.id}v1", PDF, PAPER.title.lower().replace(" c", "-c")])
async def test_a_paper_is_shown_to_everyone_with_what_can_be_done(user: User, query: str) -> None:
    seen = await user.says(f"/paper {query}")

    assert not seen.private
    assert seen.text.startswith(PAPER.title)
    for words in ("Haggai Maron", "cs.LG · 7 May 2026 · v1", "Long contexts are paid for", "extracted from the abs"):
        assert words in seen.text
    assert tuple(button for button in seen.buttons if button != "Discuss") == BUTTONS  # Discord's, for a thread
    assert seen.links[0] == ABS
    assert set(seen.links) == {ABS, PDF}


async def test_a_paper_with_code_links_it(user: User) -> None:
    seen = await user.says(f"/paper {CODED.id}")

    assert "Code" in seen.buttons
    assert CODED.code_url in seen.links


async def test_read_more_is_for_the_presser_alone(user: User) -> None:
    card = await user.says(f"/paper {PAPER.id}")

    more = await user.presses(card, "Read more")

    assert more.private
    assert PAPER.title in more.text
    assert "Summary" in more.text
    assert "extracted from the abstract" in more.text


async def test_what_to_mute_of_a_paper_is_asked_of_the_presser_and_told_to_everyone(user: User) -> None:
    card = await user.says(f"/paper {PAPER.id}")

    choice = await user.presses(card, "Mute…")
    assert choice.private
    assert choice.buttons == ("Mute Yoav Gelberg", "Mute Yam Eitan", "Mute Michael Bronstein", "Mute Haggai Maron",
                              "Mute cs.LG")  # fmt: skip

    muted = await user.presses(choice, "Mute Yam Eitan")
    assert not muted.private
    assert "Muted Yam Eitan." in muted.text
    assert "Mute Yam Eitan" not in (await user.says(f"/mute {PAPER.id}")).buttons


async def test_what_brought_a_paper_is_not_to_be_muted_but_may_be_ended(user: User) -> None:
    await user.says("/follow cs.LG")

    choice = await user.says(f"/mute {PAPER.id}")

    assert "Mute cs.LG" not in choice.buttons
    assert "Unfollowed cs.LG." in (await user.presses(choice, "Unfollow cs.LG")).text


async def test_a_papers_card_can_be_looked_at_by_one_alone(user: User) -> None:
    seen = await user.says(f"/paperlark peek {PAPER.id}")

    assert seen.private
    assert seen.text.startswith(PAPER.title)
    assert seen.buttons == BUTTONS


async def test_from_a_paper_to_its_author_to_the_list_and_back(user: User) -> None:
    card = await user.says(f"/paper {PAPER.id}")
    choice = await user.presses(card, "Follow author")
    assert choice.private
    assert choice.buttons == PAPER.authors

    followed = await user.presses(choice, "Yam Eitan")
    assert not followed.private
    assert "This channel now follows author Yam Eitan." in followed.text
    assert "The last 7 days would have brought 1 paper" in followed.text
    assert PAPER.id in followed.text
    assert ABS in followed.links
    assert "I'll post it here every weekday at 09:00 (UTC). Next: tomorrow." in followed.text
    assert followed.buttons == ("Post the first one now", "Undo", "Settings")

    listed = await user.says("/following")
    assert listed.private
    assert "author Yam Eitan" in listed.text

    ended = await user.presses(listed, "Unfollow")
    assert not ended.private
    assert "Unfollowed Yam Eitan. No follows left." in ended.text
    assert "follows nothing yet" in (await user.says("/following")).text


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("/follow eess.SY", "category eess.SY"),
        ('/follow "KV cache"', "topic “KV cache”"),
        ("/follow yam eitan", "author Yam Eitan"),
    ],
)
async def test_each_kind_of_follow_is_named_shown_and_ended(user: User, typed: str, named: str) -> None:
    followed = await user.says(typed)
    assert f"This channel now follows {named}." in followed.text
    assert "would have brought 1 paper" in followed.text

    again = await user.says(typed)
    assert "already follows" in again.text

    listed = await user.says("/following")
    assert listed.private
    assert named in listed.text

    ended = await user.says(typed.replace("/follow", "/unfollow").replace('"', ""))
    assert "Unfollowed " in ended.text

    again = await user.presses(ended, "Undo")
    assert f"This channel now follows {named}." in again.text


async def test_what_is_muted_is_told_to_everyone_listed_and_unmuted(user: User) -> None:
    muted = await user.says("/mute survey")
    assert "Muted survey." in muted.text
    assert not muted.private
    assert "Muted: survey" in (await user.says("/following")).text

    unmuted = await user.presses(muted, "Undo")

    assert "Unmuted survey." in unmuted.text
    assert not unmuted.private


async def test_undoing_the_mute_of_a_followed_name_keeps_the_follow(user: User) -> None:
    await user.says("/follow yam eitan")
    muted = await user.says("/mute Yam Eitan")

    await user.presses(muted, "Undo")

    listed = await user.says("/following")
    assert "author Yam Eitan" in listed.text
    assert "Muted" not in listed.text
    assert "doesn't mute" in (await user.presses(muted, "Undo")).text


async def test_a_verdict_is_told_to_the_asker_listed_and_taken_back(user: User) -> None:
    for typed, said in (("/more", "more like"), ("/less", "less like"), ("/save", "Saved")):
        told = await user.says(f"{typed} {PAPER.id}")
        assert told.private
        assert f"{said} “{PAPER.title}" in told.text

    listed = (await user.says("/following")).text
    assert listed.index("Saved (1)") < listed.index("Less like these (1)")
    assert "More like these" not in listed  # less took its place

    assert "Removed your feedback on" in (await user.presses(told, "Undo")).text
    assert "Removed your feedback on" in (await user.says(f"/unfollow {PAPER.id}")).text
    assert "like these" not in (await user.says("/following")).text


async def test_several_papers_and_all_by_an_author_are_judged_in_one_message(user: User) -> None:
    both = await user.says(f"/more {PAPER.id}, {CODED.abs_url}")
    assert "more like these 2 papers." in both.text
    undone = await user.says(f"/unfollow {PAPER.id} and {CODED.id}")
    assert "Removed your feedback on 2 papers." in undone.text

    await user.says(f"/more {PAPER.id}, {CODED.abs_url}")
    theirs = await user.says("/more author:Yam Eitan")
    assert PAPER.title in theirs.text
    assert "More like these (2)" in (await user.says("/following")).text


async def test_the_papers_of_an_orcid_are_judged_and_undone_in_one_message(
    user: User, house: House, openalex: OpenAlexServer
) -> None:
    openalex.works[ORCID] = [
        preprint(PAPER.id),
        preprint(CODED.id, "2026-05-06"),
        preprint("2605.99999"),
        article("10.1/x"),
    ]

    theirs = await user.says(f"/more https://orcid.org/{ORCID}")
    assert "more like these 2 papers." in theirs.text
    assert theirs.text.index(PAPER.title) < theirs.text.index(CODED.title)
    assert "More like these (2)" in (await user.says("/following")).text

    assert "Removed your feedback on 2 papers." in (await user.presses(theirs, "Undo")).text
    assert "like these" not in (await user.says("/following")).text
    assert "Already undone" in (await user.presses(theirs, "Undo")).text


@pytest.mark.parametrize(
    ("fault", "said"),
    [("401", "OPENALEX_API_KEY is missing or wrong"), ("429:54000", "wait for 15 hours"), ("", "lists no papers")],
)
async def test_an_orcid_that_cannot_be_looked_up_is_said_with_why(
    user: User, house: House, openalex: OpenAlexServer, fault: str, said: str
) -> None:
    openalex.works.clear()
    openalex.faults = [fault]
    answer = await user.says(f"/save orcid:{ORCID}")
    works = house.app.services.works_by_orcid
    assert works
    getclosurevars(works).nonlocals["bibliography"]._reader._spent_until = 0.0
    assert answer.private
    assert said in answer.text
    assert "/save author:Yam Eitan" in answer.text


async def test_a_digest_is_switched_on_with_its_next_delivery_in_local_time_and_off(user: User) -> None:
    on = await user.says("/digest on 12:30 Europe/Berlin cs.LG top=5 days=mon-fri")
    assert not on.private
    assert "I'll post the best 5 papers here Monday to Friday at 12:30 (Europe/Berlin)." in on.text
    assert "The next digest comes today at 12:30 (Berlin)." in on.text  # it is 11:00 there

    moved = await user.says("/digest on 09:00 America/New_York")
    assert "The next digest comes today at 09:00 (New York)." in moved.text
    assert "the best 5 papers" in moved.text

    off = await user.presses(moved, "Turn off")
    assert "I've stopped this channel's daily digest." in off.text
    assert not off.private
    assert "cs.LG" in (await user.says("/following")).text


ERRORS = {
    "/follow cs.NLP": ("arXiv has no category “cs.NLP”.", "Did you mean", "/follow cs."),
    "/follow Yam Etian": ("I don't know an author called Yam Etian.", "What do you mean", "Yam Eitan"),
    "/follow": ("What should this channel follow?", "/follow Yam Eitan", "/paperlark settings"),
    "/paper": ("Which paper?", "2605.05971", "Help"),
    "/paper 2605.99999": ("arXiv has no paper 2605.99999.", "2605.05971", "Help"),
    "/paper https://evil.example/2605.05971": ("isn't an arXiv ID or link", "2605.05971", "Help"),
    "/paper a title that nobody wrote": ("I couldn't find a paper called", "2605.05971", "Search everywhere"),
    "/papers": ("What should I search for?", "/papers state space models", ""),
    "/papers lang:en grids": ("I don't know the filter “lang:”.", "has:code", "/papers en grids"),
    "/papers from:2026-02-30 grids": (
        "I couldn't read “2026-02-30” as a date.",
        "from:2026-02-28",
        "/papers from:2026-02-28",
    ),
    "/papers cat:cs.NLP grids": ("arXiv has no category “cs.NLP”.", "Did you mean", "/papers cat:cs."),
    "/similar": ("Which paper?", "2605.05971", "Help"),
    "/similar 2605.99999": ("arXiv has no paper 2605.99999.", "2605.05971", "Help"),
    "/unfollow Nobody": ("This channel doesn't follow “Nobody”.", "/following", ""),
    "/mute": ("What should I mute?", '/mute "survey"', "/following"),
    "/more": ("Which paper?", "2605.05971", "Help"),
    "/less 2605.99999": ("arXiv has no paper 2605.99999.", "2605.05971", "Help"),
    "/save author:Yam Etian": ("I couldn't find papers by “Yam Etian”", "/save author:Yam Eitan", "Help"),
    "/unfollow 2605.05971": ("No feedback on 2605.05971 in this channel.", "", "Your feedback"),
    "/takeback nonsense": ("“nonsense” isn't a paper ID.", "", "Your feedback"),
    "/takeback at:5": ("Already undone.", "", "Your feedback"),
    "/more orcid:0000-0002-1825-0098": ("isn't a valid ORCID", "/more orcid:0000-0002-1825-0097", ""),
    "/more 2605.99998 2605.99999": ("arXiv has no paper 2605.99998 or 2605.99999.", "2605.05971", ""),
    "/less " + " ".join(f"2605.{n:05}" for n in range(21)): (
        "I can take 20 papers at once; these are 21.",
        "several",
        "",
    ),
    "/bibtex 2605.99998 2605.99999": ("arXiv has no paper 2605.99998 or 2605.99999.", "2605.05971", ""),
    "/paper 2605.99998, 2605.99999": ("arXiv has no paper 2605.99998 or 2605.99999.", "ID", ""),
    "/digest on 9am EST": ("“EST” is used in several time zones.", "America/New_York", "New York"),
    "/digest 2019-01-01": ("2019-01-01 isn't one of them", "/digest yesterday", ""),
    "/digest tomorrow-ish": ("I couldn't read “tomorrow-ish” as a date.", "/digest yesterday", ""),
    "/digest on 25:00": ("I couldn't read “25:00” as a time.", "09:00", ""),
    "/digest on Europe/Belin": (
        "I don't know a time zone “Europe/Belin”.",
        "Europe/Berlin",
        "/digest on Europe/Berlin",
    ),
    "/digest on top=99": ("I can show 1 to 50 papers, not 99.", "top=50", ""),
    "/digest on days=someday": ("someday", "mon-fri", ""),
    "/digest on lang=xx": ("I don't know a language code “xx”.", "lang=en", ""),
    "/digest on cs.NLP": ("arXiv has no category “cs.NLP”.", "Did you mean", ""),
    "/paperlark /frobnicate": ("There's no command /frobnicate.", "", "All commands"),
}


@pytest.mark.parametrize("typed", ERRORS)
async def test_an_error_says_what_was_understood_and_what_to_type_to_the_asker_alone(user: User, typed: str) -> None:
    understood, instead, offered = ERRORS[typed]

    seen = await user.says(typed)

    assert seen.private
    assert understood in seen.text
    assert instead in seen.text
    assert not offered or any(label.startswith(offered) for label in seen.buttons)


async def test_the_nearest_offer_is_one_press_away(user: User) -> None:
    seen = await user.says("/follow Yam Etian")

    followed = await user.presses(seen, "Yam Eitan")

    assert "This channel now follows author Yam Eitan." in followed.text


STORY = (
    "/paperlark help", f"/paper {PAPER.id}", f"/paper {CODED.id}", "/follow Yam Eitan", "/follow cs.LG",
    '/follow "grid"', "/mute survey", f"/more {PAPER.id}", f"/less {CODED.id}", "/following",
    "/digest on 09:00 Europe/Berlin top=3", "/digest", "/digest yesterday",
    "/unfollow cs.LG", "/digest off", "/paperlark help", *ERRORS,
)  # fmt: skip


async def test_all_platforms_say_the_same_words_in_the_same_order_to_the_same_people(house: House) -> None:
    channel = house.new_channel()
    for typed in STORY:
        seen = {platform: await chat.says(typed, channel) for platform, chat in house.chats.items()}
        assert len({words_of(one.text) for one in seen.values()}) == 1, (typed, seen)
        assert len({one.private for one in seen.values()}) == 1, typed
        shown = {tuple(button for button in one.buttons if button != "Discuss") for one in seen.values()}
        assert len(shown) == 1 or typed.startswith(("/digest", "/following")), typed
        assert len({frozenset(one.links) for one in seen.values()}) == 1 or typed.startswith("/digest"), typed


PAPER_COMMANDS = ("/more", "/less", "/save", "/similar", "/bibtex")


@pytest.mark.parametrize(
    ("command", "option", "begun", "offered"),
    [
        ("/follow", "author", "yam", "Yam Eitan"),
        ("/follow", "author", "eit", "Yam Eitan"),
        ("/follow", "category", "cs.L", "Machine Learning · cs.LG"),
        ("/digest on", "zone", "berl", "Europe/Berlin"),
        ("/digest on", "categories", "cs.CL cs.L", "cs.CL cs.LG"),
        ("/unfollow", "what", "kv", "KV cache"),
        ("/paper", "query", "transformers for k", f"{PAPER.title} · {PAPER.id}"),
        ("/paper", "query", PAPER.id[:7], f"{PAPER.title} · {PAPER.id}"),
        ("/paper", "query", PAPER.abs_url, f"{PAPER.title} · {PAPER.id}"),
        *((command, "paper", "kv compress", f"{PAPER.title} · {PAPER.id}") for command in PAPER_COMMANDS),
    ],
)
async def test_discord_completes_what_is_begun(
    house: House, command: str, option: str, begun: str, offered: str
) -> None:
    chat = house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    channel = house.new_channel()
    await chat.says('/follow "KV cache"', channel)
    await house.app.index.catch_up()

    assert offered in await chat.server.autocompletes(command, option, begun, channel=chat.place(channel).channel)


async def test_nothing_is_completed_from_what_another_channel_follows(house: House) -> None:
    there, here = (house.chats["discord"].place(house.new_channel()) for _ in range(2))
    await house.chats["discord"].says('/follow "KV cache"', there.channel)

    assert await house.door.suggest("followed", "kv", Caller(here, "U1")) == []
