"""Who is an admin of a channel, and what that allows."""

import pytest

from bot.app.commands import COMMANDS, asks_role
from bot.app.parse import parse
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller, Role
from bot.domain.command_spec import Right, routes_of
from bot.domain.errors import BadInput
from bot.domain.rights import is_admin, require

PLACE = Place("slack", "T1", "C1")
CHANGING = (
    "/follow cs.CL", "/unfollow cs.CL", '/unmute "survey"', '/mute "survey"', "/digest on", "/digest off",
    "/digest now", "/paperlark setup", "/paperlark settings", "/paperlark follow cs.CL", "/follow topic:agents anyway",
)  # fmt: skip
FREE = (
    "/paper 2605.05971", "/papers agents", "/save 2605.05971", "/more 2605.05971", "/less 2605.05971", "/takeback x",
    "/following", "/digest", "/trending", "/digest email off", "/paperlark", "/paperlark check", "/saved",
)  # fmt: skip


def caller(user: str = "U1", role: Role = Role.UNKNOWN, direct: bool = False) -> Caller:
    return Caller(PLACE, user, direct=direct, role=role)


@pytest.mark.parametrize(
    ("who", "channel", "admin"),
    [
        (caller(role=Role.ADMIN), Channel(PLACE, set_up_by="U2"), True),
        (caller(role=Role.MEMBER), Channel(PLACE, set_up_by="U1"), False),  # the platform knows its admins
        (caller(), Channel(PLACE, set_up_by="U1"), True),
        (caller(), Channel(PLACE, set_up_by="U2"), False),
        (caller(), Channel(PLACE, by="U1", set_up_by="U2"), False),  # U1 only changed it later
        (caller(), Channel(PLACE, by="U1"), True),  # a record older than `set_up_by`
        (caller(), Channel(PLACE), True),  # nobody set it up, so there is nothing to protect
        (caller(role=Role.MEMBER), Channel(PLACE), False),
        (caller(""), Channel(PLACE), False),
        (caller(role=Role.MEMBER, direct=True), Channel(PLACE, set_up_by="U2"), True),
    ],
)
def test_who_is_an_admin(who: Caller, channel: Channel, admin: bool) -> None:
    assert is_admin(who, channel) is admin


def test_a_lock_stops_members_alone_and_only_from_changing() -> None:
    locked, member = Channel(PLACE, locked=True, set_up_by="U2"), caller()
    with pytest.raises(BadInput, match="locked: only its admins"):
        require(Right.UNLESS_LOCKED, member, locked)
    with pytest.raises(BadInput, match="Only an admin"):
        require(Right.ADMINS, member, Channel(PLACE, set_up_by="U2"))
    require(Right.EVERYBODY, member, locked)
    require(Right.UNLESS_LOCKED, member, Channel(PLACE, set_up_by="U2"))
    require(Right.UNLESS_LOCKED, caller("U2"), locked)


def test_the_commands_that_change_what_a_channel_gets_say_so() -> None:
    rights = {route.command: route.right for route in routes_of(COMMANDS)}
    assert {rights[type(parse(text))] for text in CHANGING} == {Right.UNLESS_LOCKED}
    assert {rights[type(parse(text))] for text in FREE} == {Right.EVERYBODY}
    assert {rights[type(parse(text))] for text in ("/digest lock", "/digest unlock", "/digest email end 1f")} == {
        Right.ADMINS
    }


def test_the_platform_is_asked_for_a_role_only_where_it_matters() -> None:
    assert all(asks_role(parse(text)) for text in (*CHANGING, "/digest lock", "/digest email"))
    assert not any(asks_role(parse(text)) for text in FREE)
