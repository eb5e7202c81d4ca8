"""A command is declared once: the registry is sound, and parser, router, help and platforms follow from it."""

import inspect
import json
import sys
from dataclasses import dataclass, fields
from pathlib import Path

import discord
import pytest

from adapters.discord.commands import app_commands_of
from adapters.slack.handlers import slash_commands
from bot.app.commands import COMMANDS, is_public
from bot.app.inject import bind, bind_routes
from bot.app.parse import parse, parse_typed, table_of
from bot.app.router import CommandRouter
from bot.app.services import Services
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.settings import help_card
from bot.domain.card import Card
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, Handler, HelpLine, Route, help_lines, routes_of
from bot.infra.clock_port import Clock
from bot.search.paper import PreviewPaper, ShowPaper

PLACE = Place("slack", "T1", "C1")
CALLER = Caller(PLACE, "U1")
RECORDED_HELP = Path(__file__).with_name("recorded_help.json")


@dataclass(frozen=True, slots=True)
class RollDice(Command):
    """`/dice [sides]`"""

    sides: str = ""


async def roll_dice(command: RollDice, caller: Caller) -> Card:
    return Card("dice", f"{caller.user} rolled a die of {command.sides or 6} sides.")


DICE = CommandSpec(
    "dice",
    parse=RollDice,
    routes=(Route(RollDice, roll_dice, Cost.FREE, public=True),),
    description="Roll a die",
    arguments=(Argument("sides", "how many it has", required=True),),
    help=(HelpLine("/dice 20", "rolls a die of 20 sides"),),
)
WITH_DICE = (*COMMANDS, DICE)


def no_services() -> Services:
    """Something for each service: enough to bind handlers, which aren't called."""
    return Services(**{field.name: object() for field in fields(Services)})  # type: ignore[arg-type]


def core(specs: tuple[CommandSpec, ...]) -> CommandRouter:
    """A core without stores, for commands that need none."""
    return CommandRouter(bind_routes(specs, no_services()), channels=None, completions=None)  # type: ignore[arg-type]


async def _needing_nonsense(command: RollDice, nonsense: Clock) -> Card:
    raise NotImplementedError


async def _needing_a_clock_as_channels(clock: ChannelStore) -> Card:
    raise NotImplementedError


async def _of_another_command(command: ShowPaper) -> Card:
    raise NotImplementedError


class TestANewCommandIsOneDeclaration:
    def test_it_is_parsed(self) -> None:
        table = table_of(WITH_DICE)
        assert parse("/dice 20", table) == parse("/paperlark dice 20", table) == RollDice("20")

    def test_its_typed_arguments_are_read(self) -> None:
        assert parse_typed(DICE, {"sides": "2\u202e0"}) == (RollDice("20"),)

    async def test_it_is_routed_to_its_handler(self) -> None:
        card = await core(WITH_DICE).answer(RollDice("20"), CALLER)
        assert card.text == "U1 rolled a die of 20 sides."

    def test_the_help_has_it(self) -> None:
        card = help_card(help_lines(WITH_DICE), Channel(PLACE), "", (), ())
        assert "rolls a die of 20 sides" in str(card.blocks)

    async def test_discord_registers_it(self) -> None:
        tree = discord.app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
        *_, dice = app_commands_of(WITH_DICE)
        sent = dice.to_dict(tree)
        assert (sent["name"], sent["description"]) == ("dice", "Roll a die")
        assert [(option["name"], option["required"]) for option in sent["options"]] == [("sides", True)]

    def test_slacks_manifest_has_to_name_it(self) -> None:
        assert slash_commands(WITH_DICE) == (*slash_commands(COMMANDS), "/dice")


class TestTheRegistryIsSound:
    def test_every_handler_gets_what_it_names(self) -> None:
        assert set(bind_routes(COMMANDS, no_services())) == {route.command for route in routes_of(COMMANDS)}

    def test_every_command_has_a_handler(self) -> None:
        own = {kind for kind in Command.__subclasses__() if _is_defined(kind) and kind.__module__.startswith("bot.")}
        assert own == {route.command for route in routes_of(COMMANDS)}

    def test_every_command_has_a_cost(self) -> None:
        assert [route.command for route in routes_of(COMMANDS) if not isinstance(route.cost, Cost)] == []

    def test_every_service_is_named_by_a_handler(self) -> None:
        named = {name for route in routes_of(COMMANDS) for name in inspect.signature(route.handler).parameters}
        assert {field.name for field in fields(Services)} <= named

    def test_only_a_single_argument_is_parsed_as_text(self) -> None:
        every = [*COMMANDS, *(sub for spec in COMMANDS for sub in spec.subcommands)]
        assert [spec.name for spec in every if spec.build is None and len(spec.arguments) > 1] == []

    def test_no_two_commands_share_a_name(self) -> None:
        names = [name for spec in COMMANDS for name in spec.names]
        assert len(names) == len(set(names))

    def test_the_help_reads_as_it_was_recorded(self) -> None:
        recorded = [tuple(line) for line in json.loads(RECORDED_HELP.read_text("utf-8"))]
        assert [line for line in help_lines(COMMANDS) if line in recorded] == recorded

    def test_a_papers_card_is_for_everybody_and_a_peek_is_not(self) -> None:
        assert is_public(ShowPaper("2605.05971"))
        assert not is_public(PreviewPaper("2605.05971"))

    def test_internal_commands_are_parsed_and_listed_nowhere(self) -> None:
        internal = {spec.name for spec in COMMANDS if spec.is_internal}
        assert internal == {
            "peek",
            "readmore",
            "authors",
            "figures",
            "unmute",
            "unsave",
            "takeback",
            "resend",
            "check",
            "setup",
            "example",
        }
        assert not any(spec.help or spec.arguments for spec in COMMANDS if spec.is_internal)
        assert not {f"/{name}" for name in internal} & set(slash_commands(COMMANDS))


class TestWiringFailsAtStart:
    @pytest.mark.parametrize(
        ("handler", "why"),
        [
            (_needing_nonsense, "_needing_nonsense needs `nonsense`, and no service is called so"),
            (_needing_a_clock_as_channels, "needs `clock` as <class .*ChannelStore'>, and the service is"),
            (_of_another_command, "takes no RollDice as `command`"),
        ],
    )
    def test_a_handler_that_cannot_be_bound_is_named(self, handler: Handler, why: str) -> None:
        with pytest.raises(TypeError, match=why):
            bind(Route(RollDice, handler, Cost.FREE), no_services())

    def test_two_handlers_of_one_command_are_refused(self) -> None:
        with pytest.raises(TypeError, match="Two handlers answer RollDice"):
            bind_routes((DICE, DICE), no_services())


def _is_defined(kind: type) -> bool:
    """Not the class from before `slots` made a second one of it."""
    return getattr(sys.modules[kind.__module__], kind.__name__, None) is kind
