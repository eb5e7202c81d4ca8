"""`/paperlark`: help, the state of this channel, and questions back; sending undelivered messages again."""

from collections.abc import Sequence
from dataclasses import replace

from bot.app.help_cards import command_card, commands_card, help_card, status_card
from bot.app.jobs.retry import retry
from bot.app.plain.rule import COMMAND_LIST
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.subscribe import mailboxes
from bot.digests.follow import next_moment
from bot.domain.card import Actions, Button, Card, Paragraph, line
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, Route, listed_commands
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.issue_key import IssueKey, Week, read_issue_key
from bot.domain.text.clean import shorten
from bot.domain.wording import issue_key_in_words
from bot.infra.clock_port import Clock
from bot.infra.redis.shares import RedisShares
from bot.papers.embeddings import Vectors
from bot.papers.fetch_status import unanswered
from bot.papers.store.fetch_log import FetchLog
from bot.summaries.budget_port import TokenBudget
from bot.summaries.budget_text import spending_in_words

COMMANDS_WORD = "commands"


@frozen
class ShowHelp(Command):
    """`/paperlark`, `/paperlark commands`, or `/<command> help`: `about` is empty, "commands" or a command's name."""

    about: str = ""


@frozen
class ShowStatus(Command):
    """`/paperlark status`: the model's cost and what is down."""


@frozen
class NotUnderstood(Command):
    """Any other input; `said` is its first word with a slash, or all of it. `offers` are what it may mean."""

    said: str
    offers: tuple[Button, ...] = ()


@frozen
class AskBack(Command):
    """Words that are understood and need a press, since they change something or name several papers."""

    sentence: str
    offers: tuple[Button, ...] = ()


@frozen
class SendAgain(Command):
    """The button under a message that may not have been delivered."""

    key: str


@frozen
class ModelCosts:
    """Costs of the language model; `model` is empty without one."""

    token_budget: TokenBudget
    model: str

    async def in_words(self) -> str:
        """Return a sentence, empty without a model."""
        return spending_in_words(self.model, await self.token_budget.accounts()) if self.model else ""


@frozen
class Undelivered:
    """Messages that may be sent again, in a channel and in the caller's mailboxes there."""

    channels: ChannelStore
    ledger: Ledger
    failures: FailureStore

    async def of(self, caller: Caller) -> list[tuple[str, str, str]]:
        """Return each as a sentence, its button's label, and the digest's day or week."""
        found = await self._at(caller.place)
        for box in await mailboxes(caller, self.channels):
            found += [(f"By e-mail: {sentence}", label, day) for sentence, label, day in await self._at(box.place)]
        return found

    async def send(self, key: str, caller: Caller) -> str:
        """Mark them for posting or another try, and name the digest. Raises BadInput if there is none."""
        try:
            edition = read_issue_key(key)
        except ValueError as error:
            raise BadInput(
                "Which digest should I send?", "", (Button("See undelivered digests", "/paperlark"),)
            ) from error
        places = [caller.place, *(box.place for box in await mailboxes(caller, self.channels))]
        uncertain = [await self.ledger.resend_unknown(place, edition) for place in places]
        given_up = [await retry(self.failures, self.ledger, place, edition) for place in places]
        if not any(uncertain) and not any(given_up):
            raise BadInput(
                f"The {issue_key_in_words(edition)} has arrived, so I won't send it again.",
                "",
                (Button("Show it", _shown(edition)),),
            )
        return issue_key_in_words(edition)

    async def _at(self, place: Place) -> list[tuple[str, str, str]]:
        return await _uncertain(place, self.ledger) + await _given_up(place, self.failures)


async def show_help(
    command: ShowHelp,
    caller: Caller,
    channels: ChannelStore,
    undelivered: Undelivered,
    fetches: FetchLog,
    clock: Clock,
    commands: Sequence[CommandSpec],
) -> Card:
    """Return the short help with the state of the caller's channel, all commands, or the help of one."""
    if command.about == COMMANDS_WORD:
        return commands_card(commands)
    named = [spec for spec in listed_commands(commands) if command.about in _names(spec)]
    if named and named[0].name != PAPERLARK.name:
        return command_card(named[0])
    channel, now = await channels.get(caller.place), clock.now()
    unsaid = await undelivered.of(caller)
    missing = (await unanswered(fetches)).missing
    return help_card(channel, next_moment(channel, now), unsaid, missing, caller.direct)


def _names(spec: CommandSpec) -> set[str]:
    return {*spec.names, *(name for part in spec.subcommands for name in part.names)}


async def show_status(model_costs: ModelCosts, vectors: Vectors, fetches: FetchLog, shares: RedisShares) -> Card:
    """Return what admins ask: the model's cost, what one person may ask for, how texts are compared, what is down."""
    spending = await model_costs.in_words() or "Summaries: extracted from the abstract (no model is set)."
    compared = f"by meaning ({vectors.model})" if vectors.model else "by words (no embedding model is set)"
    missing = (await unanswered(fetches)).missing
    limits = shares.hourly.in_words()
    return status_card((spending, limits, f"Topics and searches: {compared}.", *(missing or ["All sources respond."])))


async def send_again(command: SendAgain, caller: Caller, undelivered: Undelivered) -> Card:
    """Send a digest's unconfirmed messages again, or retry one that was given up, with its e-mail copies."""
    text = f"I'll send the {await undelivered.send(command.key, caller)} within a minute."
    return Card("resend", text, (Paragraph((line(text),)),), tone="good", private=True)


async def not_understood(command: NotUnderstood) -> Card:
    """Raise BadInput for anything that isn't a command, with what it may mean."""
    everything = Button("All commands", COMMAND_LIST)
    if not command.said.startswith("/"):
        raise BadInput(f"I'm not sure what “{shorten(command.said, 120)}” means.", "Did you mean:", command.offers)
    if not command.offers:
        raise BadInput(f"There's no command {command.said}.", "", (everything,))
    meant = " or ".join(offer.command.split()[0] for offer in command.offers)
    raise BadInput(f"There's no command {command.said}. Did you mean {meant}?", "", (*command.offers, everything))


async def ask_back(command: AskBack) -> Card:
    """Ask before anything changes; only the person who asked sees it."""
    buttons = Actions(tuple(replace(offer, label=shorten(offer.label, 70)) for offer in command.offers[:5]))
    return Card("question", command.sentence, (Paragraph((line(command.sentence),)), buttons), private=True)


async def _uncertain(place: Place, ledger: Ledger) -> list[tuple[str, str, str]]:
    editions = await ledger.uncertain(place)
    sentence = "I don't know if the {} arrived."
    return [(sentence.format(issue_key_in_words(one)), "Send it", one.isoformat()) for one in editions]


async def _given_up(place: Place, failures: FailureStore) -> list[tuple[str, str, str]]:
    dead = [failure for failure in await failures.of(place) if failure.dead]
    return [
        (f"I couldn't deliver the {issue_key_in_words(day)}. {failure.why}", "Try again", day.isoformat())
        for failure in dead
        if (day := failure.task.day)
    ]


def parse_help(text: str) -> ShowHelp:
    """Parse the text after `/paperlark help`: a command's name, or nothing."""
    return ShowHelp(text.split(maxsplit=1)[0].removeprefix("/").lower() if text.split() else "")


def _shown(edition: IssueKey) -> str:
    return f"/digest {'week' if isinstance(edition, Week) else edition.isoformat()}"


PAPERLARK = CommandSpec(
    "paperlark",
    aliases=("help",),
    parse=parse_help,
    routes=(
        Route(ShowHelp, show_help, Cost.STORE),
        Route(NotUnderstood, not_understood, Cost.FREE),
        Route(AskBack, ask_back, Cost.FREE),
    ),
    description="Help, the state of this channel, and every command by its text",
    arguments=(Argument("command", "any command as text, such as follow cs.CL"),),
)
COMMANDS_LIST = CommandSpec(COMMANDS_WORD, parse=lambda _: ShowHelp(COMMANDS_WORD))
STATUS = CommandSpec("status", parse=lambda _: ShowStatus(), routes=(Route(ShowStatus, show_status, Cost.STORE),))
RESEND = CommandSpec("resend", parse=SendAgain, routes=(Route(SendAgain, send_again, Cost.STORE, stores=True),))
