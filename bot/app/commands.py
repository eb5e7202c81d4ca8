"""All commands, in the order of the help. To add one, import its declaration and list it here."""

from bot.app.check import CHECK
from bot.app.example import EXAMPLE
from bot.app.help import COMMANDS_LIST, PAPERLARK, RESEND, STATUS
from bot.app.panel import PANEL
from bot.authors.figures import FIGURES
from bot.authors.page import AUTHOR
from bot.digests.club_command import VOTE
from bot.digests.command import DIGEST
from bot.digests.follow import FOLLOW
from bot.digests.following import FOLLOWING
from bot.digests.mute import MUTE
from bot.digests.setup import SETUP
from bot.digests.unfollow import UNFOLLOW, UNMUTE
from bot.domain.command import Command
from bot.domain.command_spec import CommandSpec, Right, listed_commands, routes_of
from bot.library.feedback_command import LESS, MORE, SAVE, SAVE_ONE, TAKE_BACK, UNSAVE, GiveFeedback, name_of
from bot.library.reading_list_command import CITE, SAVED
from bot.search.federated_command import PAPERS
from bot.search.paper import AUTHORS, PAPER, PEEK, READ_MORE
from bot.search.similar import SIMILAR
from bot.summaries.answers.command import ASK, ASK_ABOUT
from bot.trending.command import TRENDING

COMMANDS: tuple[CommandSpec, ...] = (
    PAPER,
    AUTHOR,
    FOLLOW,
    UNFOLLOW,
    FOLLOWING,
    MUTE,
    MORE,
    LESS,
    SAVE,
    PAPERS,
    SIMILAR,
    ASK,
    SAVED,
    CITE,
    DIGEST,
    TRENDING,
    PAPERLARK,
    # Buttons alone carry these:
    COMMANDS_LIST,
    STATUS,
    PANEL,
    PEEK,
    READ_MORE,
    AUTHORS,
    FIGURES,
    UNMUTE,
    SAVE_ONE,
    UNSAVE,
    TAKE_BACK,
    RESEND,
    CHECK,
    SETUP,
    ASK_ABOUT,
    EXAMPLE,
    VOTE,
)

_PUBLIC = frozenset(route.command for route in routes_of(COMMANDS) if route.public)
_FORMS = frozenset(route.command for route in routes_of(COMMANDS) if route.form)
_BY_ROLE = frozenset(
    route.command for route in routes_of(COMMANDS) if route.by_role or route.right is not Right.EVERYBODY
)
_CHANGING = frozenset(route.command for route in routes_of(COMMANDS) if route.changes)

_HELP = {route.command: f"/help {spec.name}" for spec in listed_commands(COMMANDS) for route in routes_of([spec])}


def help_of(command: Command) -> str:
    """Return the command that shows the help of the command that carries `command`, or the short help."""
    if isinstance(command, GiveFeedback):
        return f"/help {name_of(command.verdict)}"
    return _HELP.get(type(command), "/paperlark")


def is_public(command: Command) -> bool:
    """Return True if everybody in the channel sees the answer."""
    return type(command) in _PUBLIC


def changes(command: Command) -> bool:
    """Return True if the command changes, ends or posts something."""
    return type(command) in _CHANGING


def asks_role(command: Command) -> bool:
    """Return True if it matters who the person is, so that the platform has to be asked for their role and name."""
    return type(command) in _BY_ROLE


def opens_form(command: Command) -> bool:
    """Return True if the answer is a form to fill in, which some platforms open before anything else."""
    return type(command) in _FORMS
