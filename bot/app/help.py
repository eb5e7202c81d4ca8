"""`/paperlark`: help and the state of this channel; and the button that sends undelivered messages again."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.jobs.retry import retry
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.subscribe import mailboxes
from bot.digests.cards.settings import help_card
from bot.digests.follow import next_moment
from bot.domain.card import Card, Paragraph, line
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.errors import BadInput
from bot.domain.issue_key import read_issue_key
from bot.domain.wording import issue_key_in_words
from bot.infra.clock_port import Clock
from bot.papers.embeddings import Vectors
from bot.papers.fetch_status import unanswered
from bot.papers.store.fetch_log import FetchLog
from bot.summaries.budget_port import TokenBudget
from bot.summaries.budget_text import spending_in_words


@dataclass(frozen=True, slots=True)
class ShowHelp(Command):
    """`/paperlark`"""


@dataclass(frozen=True, slots=True)
class NotUnderstood(Command):
    """Any other input; `said` is its first word, cleaned."""

    said: str


@dataclass(frozen=True, slots=True)
class SendAgain(Command):
    """The button under a message that may not have been delivered."""

    key: str


@dataclass(frozen=True, slots=True)
class ModelCosts:
    """Costs of the language model; `model` is empty without one."""

    token_budget: TokenBudget
    model: str

    async def in_words(self) -> str:
        """Return a sentence, empty without a model."""
        return spending_in_words(self.model, await self.token_budget.accounts()) if self.model else ""


@dataclass(frozen=True, slots=True)
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
                "Which digest shall be sent?", "/paperlark lists those whose arrival is uncertain."
            ) from error
        places = [caller.place, *(box.place for box in await mailboxes(caller, self.channels))]
        uncertain = [await self.ledger.resend_unknown(place, edition) for place in places]
        given_up = [await retry(self.failures, self.ledger, place, edition) for place in places]
        if not any(uncertain) and not any(given_up):
            raise BadInput(
                f"No message of {issue_key_in_words(edition)} is uncertain.", "Nothing is sent a second time."
            )
        return issue_key_in_words(edition)

    async def _at(self, place: Place) -> list[tuple[str, str, str]]:
        return await _uncertain(place, self.ledger) + await _given_up(place, self.failures)


async def show_help(
    caller: Caller,
    channels: ChannelStore,
    undelivered: Undelivered,
    fetches: FetchLog,
    model_costs: ModelCosts,
    vectors: Vectors,
    clock: Clock,
    help_lines: Sequence[HelpLine],
) -> Card:
    """Return every command and the state of the caller's channel, from the same data as a digest's footer."""
    channel, now = await channels.get(caller.place), clock.now()
    unsaid = await undelivered.of(caller)
    missing = (await unanswered(fetches)).missing
    spending = await model_costs.in_words()
    return help_card(help_lines, channel, next_moment(channel, now), unsaid, missing, spending, vectors.model)


async def send_again(command: SendAgain, caller: Caller, undelivered: Undelivered) -> Card:
    """Send a digest's unconfirmed messages again, or retry one that was given up, with its e-mail copies."""
    text = f"The {await undelivered.send(command.key, caller)} is sent within a minute."
    return Card("resend", text, (Paragraph((line(text),)),), tone="good", private=True)


async def not_understood(command: NotUnderstood) -> Card:
    """Raise BadInput for anything that is no command."""
    raise BadInput(
        f"There is no command “{command.said}”.",
        "These work: /paper, /papers, /follow, /unfollow, /following, /mute, /digest. /paperlark explains them.",
    )


async def _uncertain(place: Place, ledger: Ledger) -> list[tuple[str, str, str]]:
    editions = await ledger.uncertain(place)
    sentence = "It is uncertain whether the {} arrived."
    return [(sentence.format(issue_key_in_words(one)), "Send it", one.isoformat()) for one in editions]


async def _given_up(place: Place, failures: FailureStore) -> list[tuple[str, str, str]]:
    dead = [failure for failure in await failures.of(place) if failure.dead]
    return [
        (f"The {issue_key_in_words(day)} was given up. {failure.why}", "Try again", day.isoformat())
        for failure in dead
        if (day := failure.task.day)
    ]


PAPERLARK = CommandSpec(
    "paperlark",
    aliases=("help",),
    parse=lambda _: ShowHelp(),
    routes=(Route(ShowHelp, show_help, Cost.STORE), Route(NotUnderstood, not_understood, Cost.FREE)),
    description="Help, the state of this channel, and every command by its text",
    arguments=(Argument("command", "any command as text, such as follow cs.CL"),),
)
RESEND = CommandSpec("resend", parse=SendAgain, routes=(Route(SendAgain, send_again, Cost.STORE),))
