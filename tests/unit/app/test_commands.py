"""A command is declared once: the registry is sound, and parser, router, help and platforms follow from it."""

import inspect
import sys
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import discord
import pytest

from adapters.discord.commands import app_commands_of
from adapters.slack.handlers import slash_commands
from bot.app.commands import COMMANDS, is_public
from bot.app.help import ShowHelp
from bot.app.help_cards import BESIDE, command_card, commands_card, help_card
from bot.app.inject import bind, bind_routes
from bot.app.parse import parse, parse_typed, table_of
from bot.app.router import CommandRouter
from bot.app.services import Services
from bot.delivery.store.channels import ChannelStore
from bot.domain.card import Actions, Bullets, Button, Card, Instant, Row, line
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, Handler, HelpLine, Route, listed_commands, routes_of
from bot.infra.clock_port import Clock
from bot.search.paper import PreviewPaper, ShowPaper

PLACE = Place("slack", "T1", "C1")
NEXT = Instant("tomorrow", at=datetime(2026, 5, 12, 9, tzinfo=UTC))
CALLER = Caller(PLACE, "U1")


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
        assert "rolls a die of 20 sides" in str(commands_card(WITH_DICE).blocks)
        assert "rolls a die of 20 sides" in str(command_card(DICE).blocks)
        assert parse("/dice help", table_of(WITH_DICE)) == ShowHelp("dice")

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

    def test_every_example_of_the_help_is_its_own_commands(self) -> None:
        for spec in listed_commands(COMMANDS):
            own = {route.command for route in routes_of([spec])} | {type(spec.read(""))}
            assert {type(parse(line.example)) for line in spec.help} <= own, spec.name

    @pytest.mark.parametrize("spec", listed_commands(COMMANDS), ids=lambda spec: str(spec.name))
    def test_every_command_has_a_help_of_its_own_whose_buttons_change_nothing(self, spec: CommandSpec) -> None:
        asked = {parse(f"{text.format(spec.name)}") for text in ("/{} help", "/{} ?", "/help {}", "help /{}")}
        assert asked == {ShowHelp("" if spec.name == "paperlark" else spec.name)} or spec.name == "paperlark"
        assert all(not is_public(parse(command)) for _, command in BESIDE.get(spec.name, ()))
        assert f"/{spec.name}" in str(command_card(spec).blocks)

    def test_the_help_has_four_lines_the_channels_state_and_two_buttons(self) -> None:
        card = help_card(Channel(PLACE), NEXT, (), (), direct=False)
        [lines] = [block.lines for block in card.blocks if isinstance(block, Bullets)]
        [actions] = [block.buttons for block in card.blocks if isinstance(block, Actions)]
        assert [len(lines), *(button.label for button in actions)] == [4, "Set up this channel", "All commands"]
        assert "This channel follows nothing yet. The daily digest is off." in str(card.blocks)
        assert "You follow nothing yet" in str(help_card(Channel(PLACE), NEXT, (), (), direct=True).blocks)

    def test_the_help_says_what_did_not_arrive_and_offers_to_send_it(self) -> None:
        unsaid = [("I couldn't deliver the digest of 7 May 2026.", "Try again", "2026-05-07")]
        card = help_card(Channel(PLACE), NEXT, unsaid, (), direct=False)
        assert Row(line(unsaid[0][0]), Button("Try again", "/resend 2026-05-07")) in card.blocks

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
            "saveone",
            "vote",
            "check",
            "setup",
            "askform",
            "example",
            "commands",
            "status",
            "home",
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
