"""Forms on Slack and Discord: within the limits of both, whatever a channel follows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render_form import form_modal, form_values
from adapters.slack.render_form import form_view, options
from bot.app.command_service import Suggestion
from bot.digests.setup_form import setup_form
from bot.domain.channel import Channel, Follow, Kind, Person, Place, Timetable
from bot.domain.form import Form
from support.hostile.inputs import FRAGMENTS, LONG
from support.servers.discord_modal_rules import check_modal, submission
from support.servers.slack_rules import options_fault, view_fault

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
hostile = st.text(min_size=1, max_size=160) | st.sampled_from([text for text in (*FRAGMENTS, *LONG) if text])
follows = st.lists(
    st.builds(
        lambda kind, what, identity: Follow(
            kind, what, NOW - timedelta(days=1), person=Person(identity) if identity else None
        ),
        st.sampled_from(list(Kind)),
        hostile,
        st.just("") | hostile,
    ),
    max_size=60,
)
tables = st.builds(Timetable, days=st.frozensets(st.integers(0, 6), min_size=1), top=st.integers(1, 50))


def form_of(followed: list[Follow], table: Timetable, direct: bool = False) -> Form:
    return setup_form(Channel(Place("slack", "T1", "C1"), table, follows=tuple(followed)), table, direct, NOW)


@given(follows, tables, st.booleans())
def test_slack_takes_the_form_of_any_channel(followed: list[Follow], table: Timetable, direct: bool) -> None:
    assert view_fault(form_view(form_of(followed, table, direct))) == ""


@given(follows, tables)
def test_discord_takes_the_form_of_any_channel(followed: list[Follow], table: Timetable) -> None:
    check_modal(form_modal(form_of(followed, table)))


@given(follows, st.dictionaries(st.sampled_from(["categories", "topics", "people", "when", "top"]), st.tuples(hostile)))
def test_discord_takes_it_again_with_what_somebody_typed(followed: list[Follow], typed: dict[str, tuple[str]]) -> None:
    check_modal(form_modal(form_of(followed, Timetable()), typed))


@given(st.lists(st.builds(Suggestion, hostile, hostile)), st.just("") | hostile)
def test_slack_takes_any_completions(found: list[Suggestion], typed: str) -> None:
    assert options_fault(options(found, typed)) == ""


def test_what_is_typed_is_a_choice_where_any_name_is_one() -> None:
    assert [option["value"] for option in options([Suggestion("Yam Eitan")], "yam")] == ["Yam Eitan", "yam"]
    assert [option["value"] for option in options([Suggestion("Yam Eitan")], "yam eitan")] == ["Yam Eitan"]


def test_a_submission_comes_back_by_the_names_of_the_fields() -> None:
    form = form_of([Follow(Kind.CATEGORY, "cs.CL", NOW)], Timetable(), direct=False)
    name, values = form_values(submission(form_modal(form), {"topics": "LLM agents\ntime series", "top": ["20"]}))
    assert name == "setup"
    assert values == {
        "categories": ("cs.CL",),
        "topics": ("LLM agents\ntime series",),
        "people": ("",),
        "when": ("09:00 UTC mon-fri",),
        "top": ("20",),
        "opened": (NOW.isoformat(),),
    }


@pytest.mark.parametrize("data", [{}, {"custom_id": 7, "components": None}, {"components": [{}]}, {"custom_id": "f:"}])
def test_a_forged_submission_is_read_as_far_as_it_goes(data: dict[str, object]) -> None:
    name, values = form_values(data)
    assert isinstance(name, str)
    assert all(isinstance(value, tuple) for value in values.values())
