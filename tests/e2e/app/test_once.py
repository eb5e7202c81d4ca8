"""`paperlark once` over two weeks of announcements: what comes when, and what is no news."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.card import Card
from support.bot_process import Ended, paperlark
from support.builders.announcement_days import tomorrow_at
from support.drivers.visible_answer import Seen
from support.loopback_world import Room, World, a_world, at, paper

pytestmark = pytest.mark.asyncio(loop_scope="module")

AUGUST_28, AUGUST_31, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (
    date(2026, 8, 28),
    date(2026, 8, 31),
    *(date(2026, 9, day) for day in (1, 2, 3, 4)),
)
SATURDAY, MONDAY, HOLIDAY = (date(2026, 9, day) for day in (5, 7, 8))
MISSED = tuple(date(2026, 9, day) for day in (9, 10, 11, 14, 15))

EARLIER, TOO_EARLY = "2608.00001", "2608.00002"
"""Of the newest announcement before the rooms follow anything, and of the one before that."""
GRACES, STRANGERS = "2608.00010", ("2608.00011", "2608.00012", "2608.00013", "2608.00014")
HELD_UP, TAKEN_BACK, GRACES_THREE = "2608.00020", "2608.00021", ("2608.00022", "2608.00023", "2608.00024")


@dataclass
class Fortnight:
    """What happened: how each run ended, and which messages it brought to which room."""

    ended: dict[str, Ended] = field(default_factory=dict)
    brought: dict[tuple[str, str], Sequence[Seen]] = field(default_factory=dict)
    show_all: Card | None = None

    async def run(self, name: str, world: World, rooms: dict[str, Room], when: datetime) -> None:
        """Runs `once` and notes what it brought."""
        before = {room: len(here.digests) for room, here in rooms.items()}
        self.ended[name] = await world.once(when)
        for room, here in rooms.items():
            self.brought[name, room] = here.digests[before[room] :]

    def text(self, name: str, room: str) -> str:
        """The one message that a run brought to a room, and the links in it, which have the papers' ids."""
        (message,) = self.brought[name, room]
        return "\n".join((message.text, *message.links))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Fortnight:
    """Three rooms over two weeks: a team's on each platform on weekdays, and one that reads every day."""
    found = Fortnight()
    async with a_world(tmp_path_factory.mktemp("home")) as world:
        rooms = {"slack": world.room("slack"), "discord": world.room("discord"), "daily": world.room("slack", "C2")}
        await set_up(world, rooms)
        await found.run("at once", world, rooms, at("2026-08-31 12:05"))
        await first_week(found, world, rooms)
        world.announces(MONDAY, [paper("2609.00007", MONDAY)])
        await found.run("monday", world, rooms, at("2026-09-07 09:00"))
        world.arxiv.feed_day = HOLIDAY
        await found.run("holiday", world, rooms, at("2026-09-08 09:00"))
        for day in MISSED:
            world.announces(day, [paper(f"2609.000{day.day:02}", day)])
        await found.run("after days away", world, rooms, at("2026-09-15 09:00"))
    return found


async def set_up(world: World, rooms: dict[str, Room]) -> None:
    world.announces(AUGUST_28, [paper(TOO_EARLY, AUGUST_28, authors=("Grace Hopper",))])
    world.announces(AUGUST_31, [paper(EARLIER, AUGUST_31, authors=("Grace Hopper",))])
    assert (await world.once(at("2026-08-31 11:00"))).code == 0
    for name in ("slack", "discord"):
        await rooms[name].says("/digest on 09:00 UTC cs.LG top=3", at("2026-08-31 12:00"))
        await rooms[name].says("/follow Grace Hopper", at("2026-08-31 12:00"))
    await rooms["daily"].says("/digest on 09:00 UTC cs.LG days=mon-sun", at("2026-08-31 12:00"))


async def first_week(found: Fortnight, world: World, rooms: dict[str, Room]) -> None:
    strangers = [paper(paper_id, TUESDAY) for paper_id in STRANGERS]
    world.announces(
        TUESDAY, [*strangers, paper(GRACES, TUESDAY, authors=("Grace B. Hopper",), categories=("math.CO",))]
    )
    await found.run("tuesday", world, rooms, at("2026-09-01 09:00"))
    found.show_all = await rooms["slack"].says("/digest 2026-09-01 all", at("2026-09-01 09:30"))
    await found.run("tuesday again", world, rooms, at("2026-09-01 09:00"))
    await found.run("going back", world, rooms, at("2026-08-31 18:00"))
    announce_what_is_no_news(world)
    await found.run("wednesday", world, rooms, at("2026-09-02 09:00"))
    world.announces(THURSDAY, [paper("2609.00003", THURSDAY)])
    world.announces(FRIDAY, [paper("2609.00004", FRIDAY)])
    await found.run("friday", world, rooms, at("2026-09-04 09:00"))
    world.arxiv.feed_day = SATURDAY
    await found.run("saturday", world, rooms, at("2026-09-05 09:00"))


def announce_what_is_no_news(world: World) -> None:
    """And what is: a paper that moderators held up for ten days, and three by an author who is followed."""
    taken_back = paper(TAKEN_BACK, WEDNESDAY)
    world.announces(
        WEDNESDAY,
        [
            paper(HELD_UP, WEDNESDAY, published=at("2026-08-23 12:00")),
            taken_back,
            *(paper(paper_id, WEDNESDAY, authors=("Grace Hopper",)) for paper_id in GRACES_THREE),
        ],
        "new",
    )
    world.announces(WEDNESDAY, [paper(STRANGERS[0], TUESDAY, version=2)], "replace")
    world.announces(WEDNESDAY, [paper(EARLIER, AUGUST_31, categories=("math.CO", "cs.LG"))], "cross")
    words = "This paper has been withdrawn by the authors"
    withdrawn = paper(TAKEN_BACK, WEDNESDAY, version=2, comment=words)
    world.arxiv.papers = [withdrawn if known.id == TAKEN_BACK else known for known in world.arxiv.papers]


ROOMS = ("slack", "discord")


async def test_every_run_ends_well_and_writes_nothing_to_standard_output(fortnight: Fortnight) -> None:
    for name, ended in fortnight.ended.items():
        assert (ended.code, ended.out) == (0, ""), f"{name}: {ended.err}"


async def test_switching_a_digest_on_delivers_nothing_at_once(fortnight: Fortnight) -> None:
    assert not any(fortnight.brought["at once", room] for room in (*ROOMS, "daily"))


@pytest.mark.parametrize("room", ROOMS)
async def test_the_digest_comes_at_its_time_with_followed_authors_first(fortnight: Fortnight, room: str) -> None:
    text = fortnight.text("tuesday", room)
    assert text.index(GRACES) < min(text.index(found) for found in STRANGERS if found in text)
    assert text.index("People you follow") < text.index("Grace Hopper") < text.index("Your categories")


@pytest.mark.parametrize("room", [*ROOMS, "daily"])
async def test_the_first_digest_brings_the_newest_announcement_before_the_follow_too(
    fortnight: Fortnight, room: str
) -> None:
    text = fortnight.text("tuesday", room)
    assert EARLIER in text
    assert TOO_EARLY not in text


@pytest.mark.parametrize("room", ROOMS)
async def test_top_limits_what_is_named_and_the_rest_is_counted(fortnight: Fortnight, room: str) -> None:
    text = fortnight.text("tuesday", room)
    assert sum(found in text for found in (EARLIER, GRACES, *STRANGERS)) == 3
    assert text.startswith("3 papers for Tuesday")
    assert "picked from 6 that match" in text
    assert "Show all 6" in fortnight.brought["tuesday", room][0].buttons


async def test_show_all_brings_what_was_not_named(fortnight: Fortnight) -> None:
    assert fortnight.show_all is not None
    assert fortnight.show_all.private
    papers = fortnight.show_all.data["papers"]
    assert isinstance(papers, list)
    assert {found["id"] for found in papers} == {EARLIER, GRACES, *STRANGERS}


@pytest.mark.parametrize("room", ROOMS)
async def test_papers_by_followed_authors_are_named_beyond_top(fortnight: Fortnight, room: str) -> None:
    text = fortnight.text("wednesday", room)
    assert all(found in text for found in GRACES_THREE)


async def test_the_same_instant_and_an_earlier_one_deliver_nothing_again(fortnight: Fortnight) -> None:
    for name in ("tuesday again", "going back"):
        assert not any(fortnight.brought[name, room] for room in (*ROOMS, "daily"))


async def test_a_paper_that_was_held_up_in_moderation_is_new_when_it_is_announced(fortnight: Fortnight) -> None:
    assert HELD_UP in fortnight.text("wednesday", "daily")


async def test_a_replacement_and_a_later_cross_listing_are_not_new(fortnight: Fortnight) -> None:
    text = fortnight.text("wednesday", "daily")
    assert STRANGERS[0] not in text
    assert EARLIER not in text


async def test_a_withdrawn_paper_stays_out_though_the_feed_announces_it(fortnight: Fortnight) -> None:
    assert TAKEN_BACK not in fortnight.text("wednesday", "daily")


async def test_a_missed_day_comes_with_the_next_digest(fortnight: Fortnight) -> None:
    text = fortnight.text("friday", "daily")
    assert "2609.00003" in text
    assert "2609.00004" in text


async def test_a_digest_at_the_weekend_says_why_it_is_empty(fortnight: Fortnight) -> None:
    assert "arXiv announces nothing on Friday and Saturday evenings" in fortnight.text("saturday", "daily")
    assert not any(fortnight.brought["saturday", room] for room in ROOMS)


@pytest.mark.parametrize("room", [*ROOMS, "daily"])
async def test_a_digest_after_a_holiday_says_why_it_is_empty(fortnight: Fortnight, room: str) -> None:
    assert "2609.00007" in fortnight.text("monday", room)
    assert "arXiv had a holiday" in fortnight.text("holiday", room)


@pytest.mark.parametrize("room", [*ROOMS, "daily"])
async def test_several_days_away_bring_one_digest_with_all_of_the_week(fortnight: Fortnight, room: str) -> None:
    text = fortnight.text("after days away", room)
    named = [day for day in MISSED if f"2609.000{day.day:02}" in text]
    assert len(named) == (3 if room in ROOMS else len(MISSED))
    shown = f"picked from {len(MISSED)} that match" if room in ROOMS else f"{len(MISSED)} papers for"
    assert shown in text


async def test_the_terminals_digest_is_printed_once(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        local = {name: value for name, value in world.settings.items() if not name.startswith(("SLACK", "DISCORD"))}
        followed = await paperlark("ask", "/follow cs.LG", settings=local)
        assert followed.code == 0, followed.err
        tomorrow = tomorrow_at(22)  # when it is past nine in every time zone
        world.announces(tomorrow.date(), [paper(EARLIER, tomorrow.date())])
        first, second = [await paperlark("once", "--at", tomorrow.isoformat(), settings=local) for _ in range(2)]
        assert (first.code, first.out.count("On the Matter of Number 1")) == (0, 1), first.err
        assert (second.code, second.out) == (0, "")


async def test_an_instant_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    ended = await paperlark("once", "--at", "tomorrow", settings={"PAPERLARK_HOME": tmp_path})
    assert ended.code == 2
    assert "2026-08-11T09:00:00+00:00" in ended.err
    assert "Traceback" not in ended.err
