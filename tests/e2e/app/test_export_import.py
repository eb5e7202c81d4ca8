"""A Redis is moved: `paperlark export | paperlark import`, and the rooms of both platforms notice nothing."""

import asyncio
import json
import sys
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.card import Card
from bot.infra.redis.embedded import embedded_valkey
from support.bot_process import REPOSITORY, Ended, environment, paperlark
from support.loopback_world import Room, World, a_world, at, paper

pytestmark = pytest.mark.asyncio(loop_scope="module")

MONDAY, TUESDAY, WEDNESDAY = date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)
TOLD, ALSO_TOLD, NEWS = "2608.00011", "2608.00012", "2609.00001"
PLATFORMS = ("slack", "discord")
LISTED = ("/following", "/paperlark", "/digest on", "/unfollow Nobody At All")

_PIPE = '"$PYTHON" -m adapters export | PAPERLARK_HOME="$MOVED" "$PYTHON" -m adapters import'


async def piped(source: World, home: Path) -> Ended:
    """The two commands as people join them in a shell."""
    named = {"PYTHON": sys.executable, "PYTHONPATH": REPOSITORY, "MOVED": home}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(
        _PIPE, stdout=pipe, stderr=pipe, cwd=REPOSITORY, env=environment(source.settings | named)
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def exported(world: World) -> Ended:
    return await paperlark("export", settings=world.settings)


def rooms_of(world: World) -> dict[str, Room]:
    return {platform: world.room(platform) for platform in PLATFORMS}


async def lived_in(world: World) -> None:
    """Two rooms that were told of two papers on Tuesday morning; the one in Slack saw only one of them by name."""
    world.announces(MONDAY, [paper("2608.00001", MONDAY)])
    assert (await world.once(at("2026-08-31 11:00"))).code == 0
    for room, options in zip(
        rooms_of(world).values(), ("09:00 UTC top=1", "11:00 Europe/Berlin days=mon-sun"), strict=True
    ):
        for text in (f"/digest on {options} cs.LG", '/follow "état space"', "/mute “surveys”", "/mute Éva <@U1>"):
            card = await room.says(text, at("2026-08-31 12:00"))
            assert card.kind != "error", card.text
    world.announces(TUESDAY, [paper(TOLD, TUESDAY), paper(ALSO_TOLD, TUESDAY)])
    assert (await world.once(at("2026-09-01 09:00"))).code == 0


@dataclass
class Move:
    """What every command and every room said: before the move, after it, and where it was tried to spoil it."""

    before: str = ""
    piped: Ended | None = None
    exported: dict[str, str] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    answers: dict[tuple[str, str, str], Card] = field(default_factory=dict)
    brought: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    async def imports(self, name: str, new: World, file: Path) -> None:
        """Imports a file, and notes what is there then."""
        self.ended[name] = await paperlark("import", str(file), settings=new.settings)
        self.exported[name] = channels_in((await exported(new)).out)

    async def asks(self, name: str, world: World) -> None:
        """Every command that lists something, in both rooms."""
        for platform, room in rooms_of(world).items():
            for text in LISTED:
                self.answers[name, platform, text] = await room.says(text, at("2026-09-01 10:00"))

    async def once(self, name: str, world: World, when: str) -> None:
        """What a run brings to both rooms."""
        before = {platform: len(room.digests) for platform, room in rooms_of(world).items()}
        self.ended[name] = await world.once(at(when))
        for platform, room in rooms_of(world).items():
            self.brought[name, platform] = [
                " ".join((message.text, *message.links)) for message in room.digests[before[platform] :]
            ]


def channels_in(backup: str) -> str:
    """All but the header."""
    return backup.partition("\n")[2]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    found, home, files = Move(), tmp_path_factory.mktemp("moved"), tmp_path_factory.mktemp("files")
    async with a_world(tmp_path_factory.mktemp("home")) as old, embedded_valkey(home):
        await lived_in(old)
        found.secrets = tuple(str(value) for name, value in old.settings.items() if name.endswith("TOKEN"))
        found.before = (await exported(old)).out
        found.piped = await piped(old, home)
        new = replace(old, settings=old.settings | {"PAPERLARK_HOME": home})
        sound, broken = files / "sound", files / "broken"
        sound.write_text(found.before)
        broken.write_text(found.before.replace("Europe/Berlin", "Mars/Olympus").replace("surveys", "reviews"))
        await found.imports("again", new, sound)
        await found.imports("broken", new, broken)
        await found.imports("absent", new, files / "absent")
        for name, world in (("old", old), ("new", new)):
            await found.asks(name, world)
        await found.once("same day", new, "2026-09-01 12:00")
        new.announces(WEDNESDAY, [paper(NEWS, WEDNESDAY)])
        await found.once("next day", new, "2026-09-02 09:00")
    return found


async def test_moving_says_how_much_was_moved_and_nothing_on_standard_output(move: Move) -> None:
    assert move.piped == Ended(0, "", "paperlark: imported 2 channels, 4 follows, 4 mutes and 0 opinions\n")


async def test_a_backup_is_json_lines_with_no_secret_in_them(move: Move) -> None:
    header, *channels = map(json.loads, move.before.splitlines())
    assert (header["paperlark"], header["channels"]) == (1, 2)
    assert [channel["platform"] for channel in channels] == ["discord", "slack"]
    assert move.secrets
    assert not any(secret in move.before for secret in move.secrets)


async def test_importing_again_changes_nothing_and_what_is_exported_then_is_what_was_imported(move: Move) -> None:
    assert (move.ended["again"].code, move.ended["again"].out) == (0, "")
    assert move.exported["again"] == channels_in(move.before)


async def test_a_file_with_a_broken_line_changes_nothing_and_is_named(move: Move) -> None:
    broken = move.ended["broken"]
    assert (broken.code, broken.out) == (1, "")
    assert "paperlark: line 2: timetable.zone “Mars/Olympus” isn't a time zone\n" in broken.err
    assert "nothing was imported" in broken.err
    assert move.exported["broken"] == channels_in(move.before)


async def test_a_file_that_is_not_there_is_said_in_one_line(move: Move) -> None:
    absent = move.ended["absent"]
    assert (absent.code, len(absent.err.splitlines())) == (1, 1)
    assert "can't be read" in absent.err


@pytest.mark.parametrize("text", LISTED)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_list_answers_as_before(move: Move, platform: str, text: str) -> None:
    assert move.answers["new", platform, text] == move.answers["old", platform, text]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_was_told_before_the_move_is_not_said_again(move: Move, platform: str) -> None:
    assert move.ended["same day"].code == 0
    assert move.brought["same day", platform] == []
    (digest,) = move.brought["next day", platform]
    assert NEWS in digest
    assert TOLD not in digest
    assert ALSO_TOLD not in digest
    assert "not shown" not in digest


async def test_a_backup_that_finds_no_room_is_said_and_not_silently_lost(tmp_path: Path) -> None:
    named = {"PYTHON": sys.executable, "PYTHONPATH": REPOSITORY, "PAPERLARK_HOME": tmp_path}
    process = await asyncio.create_subprocess_shell(
        '"$PYTHON" -m adapters export > /dev/full',
        stderr=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
        env=environment(named),
    )
    _, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert err.decode() == "paperlark: The backup could not be written: No space left on device.\n"
