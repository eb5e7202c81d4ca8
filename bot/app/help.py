"""`/paperlark`: help and how this channel stands; and the button that sends again what didn't arrive."""

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
from bot.domain.command import Caller, NotUnderstood, SendAgain
from bot.domain.errors import BadInput
from bot.domain.issue_key import read_issue_key
from bot.domain.wording import issue_key_in_words
from bot.infra.clock_port import Clock
from bot.papers.fetch_status import unanswered
from bot.papers.store.fetch_log import FetchLog
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.budget_text import spending_in_words


@dataclass(frozen=True, slots=True)
class Record:
    """Where it is written how a channel stands. `model`: the one that is asked for summaries, `embedder`: the
    one that tells what papers mean; "" where none is."""

    channels: ChannelStore
    ledger: Ledger
    failures: FailureStore
    fetches: FetchLog
    clock: Clock
    purse: TokenBudget = UNLIMITED_TOKEN_BUDGET
    model: str = ""
    embedder: str = ""


async def show_help(caller: Caller, record: Record) -> Card:
    """Every command, and the state of the caller's channel: the same truth as a digest's footer tells."""
    channel, now = await record.channels.get(caller.place), record.clock.now()
    unsaid = await _uncertain(caller.place, record.ledger) + await _given_up(caller.place, record.failures)
    for box in await mailboxes(caller, record.channels):
        by_mail = await _uncertain(box.place, record.ledger) + await _given_up(box.place, record.failures)
        unsaid += [(f"By e-mail: {sentence}", label, day) for sentence, label, day in by_mail]
    missing = (await unanswered(record.fetches)).missing
    spending = spending_in_words(record.model, await record.purse.accounts()) if record.model else ""
    return help_card(channel, next_moment(channel, now), unsaid, missing, spending, record.embedder)


async def send_again(
    command: SendAgain, caller: Caller, ledger: Ledger, failures: FailureStore, channels: ChannelStore
) -> Card:
    """Has the uncertain messages of an edition posted, or one that was given up tried again; their mails, too."""
    try:
        edition = read_issue_key(command.key)
    except ValueError as error:
        raise BadInput("Which digest shall be sent?", "/paperlark lists those whose arrival is uncertain.") from error
    places = [caller.place, *(box.place for box in await mailboxes(caller, channels))]
    uncertain = [await ledger.resend_unknown(place, edition) for place in places]
    given_up = [await retry(failures, ledger, place, edition) for place in places]
    if not any(uncertain) and not any(given_up):
        raise BadInput(f"No message of {issue_key_in_words(edition)} is uncertain.", "Nothing is sent a second time.")
    text = f"The {issue_key_in_words(edition)} is sent within a minute."
    return Card("resend", text, (Paragraph((line(text),)),), tone="good", private=True)


def not_understood(command: NotUnderstood) -> BadInput:
    """The error for anything that is no command."""
    return BadInput(
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
