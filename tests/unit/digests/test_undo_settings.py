"""[Undo] beside `/digest on` brings back what was before, and is offered only where it does."""

from dataclasses import replace
from datetime import UTC, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from bot.app.parse import parse
from bot.digests.settings import DigestOn, read_timetable
from bot.digests.undo_settings import undo_digest_on
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable

PLACE, NOW = Place("slack", "T1", "C1"), datetime(2026, 5, 12, tzinfo=UTC)
tables = st.builds(
    Timetable,
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.sampled_from(("UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires")),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(1, 50),
    st.sampled_from(("en", "de")),
    st.booleans(),
    st.none() | st.integers(0, 6),
    st.booleans(),
    st.booleans(),
)


@given(tables, tables)
def test_it_restores_every_option(before: Timetable, after: Timetable) -> None:
    undo = undo_digest_on(Channel(PLACE, before, NOW), Channel(PLACE, after, NOW))
    if before == after:
        assert undo == ""
        return
    command = parse(undo)
    assert isinstance(command, DigestOn)
    assert read_timetable(command, after) == before


def test_what_was_off_is_switched_off_again() -> None:
    on = Channel(PLACE, Timetable(), NOW)
    assert undo_digest_on(Channel(PLACE), on) == "/digest off"
    assert undo_digest_on(replace(on, off=True), on) == "/digest off"


def test_there_is_none_where_it_would_bring_back_only_a_part() -> None:
    before = Channel(PLACE, Timetable(), NOW)
    after = Channel(PLACE, Timetable(top=3), NOW, follows=(Follow(Kind.CATEGORY, "cs.CL", NOW),))
    assert undo_digest_on(before, after) == ""
    paused = replace(before, paused="The channel is archived.")
    assert undo_digest_on(paused, replace(before, timetable=Timetable(top=3))) == ""
