"""The panel: all that a place has set and saved on one private card, each part with its buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.app.help import Undelivered
from bot.app.help_cards import FIRST
from bot.app.plain.rule import COMMAND_LIST, SETUP
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.buttons import POST_FIRST, SETTINGS
from bot.digests.cards.follows import delivery_line, follower, following_rows
from bot.domain.ask_json import follows_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Line,
    Paragraph,
    Row,
    Rule,
    line,
    typed,
    words_of,
)
from bot.domain.channel import Channel
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Route
from bot.domain.feedback import Feedback
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.reading_list import Page, page_of, saved_of
from bot.domain.wording import count
from bot.infra.clock_port import Clock
from bot.papers.cards import paper_line
from bot.papers.fetch_status import unanswered
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.store.feedback import FeedbackStore

MOST_SAVED = 5
"""Papers of the reading list, newest first; the others are one press away."""


@frozen
class ShowPanel(Command):
    """`/paperlark home`; on some platforms also the bot's own page."""


@frozen
class Panel:
    """What the panel shows; `troubles` are sentences, `undelivered` is as `Undelivered.of` returns it."""

    channel: Channel
    delivery: Line
    saved: Page
    papers: Mapping[str, Paper]
    undelivered: Sequence[tuple[str, str, str]] = ()
    troubles: Sequence[str] = ()


async def show_panel(
    caller: Caller,
    channels: ChannelStore,
    feedback: FeedbackStore,
    papers: PaperStore,
    undelivered: Undelivered,
    fetches: FetchLog,
    clock: Clock,
) -> Card:
    """Return the panel of the caller's place."""
    channel = replace(await channels.get(caller.place), direct=caller.direct)
    saved = page_of(saved_of(await feedback.feedback(caller.place)), "all", 1)
    known = await papers.get([one.paper_id for one in saved.saved[:MOST_SAVED]])
    unsaid, troubles = await undelivered.of(caller), (await unanswered(fetches)).missing
    return panel_card(Panel(channel, delivery_line(channel, clock.now()), saved, known, unsaid, troubles))


def panel_card(panel: Panel) -> Card:
    """Return the private panel: what is followed, the next digest, the reading list, and what to try."""
    who, follows = follower(panel.channel)
    number = len(panel.channel.follows)
    followed = f"{who} {follows} {count(number, 'thing') if number else 'nothing yet'}"
    blocks: list[Block] = [Heading(line(followed)), *_follows(panel.channel), Rule()]
    blocks += [Heading(line("Digest"), level=2), Paragraph((panel.delivery,))]
    blocks += [Row(line(sentence), Button(label, f"/resend {day}")) for sentence, label, day in panel.undelivered]
    blocks += [Actions(_digest_buttons(panel.channel)), Rule()]
    blocks += [Heading(line("Reading list"), level=2), *_reading_list(panel), Rule()]
    blocks += [Heading(line("Try"), level=2), Bullets(tuple(line(typed(one.example), f" {one.does}") for one in FIRST))]
    blocks.append(Actions((Button("Trending", "/trending"), Button("All commands", COMMAND_LIST))))
    if panel.troubles:
        blocks.append(Fine(line(" · ".join(panel.troubles))))
    data = {"follows": follows_data(panel.channel.follows), "unread": panel.saved.unread, "read": panel.saved.read}
    return Card(
        "home", f"{followed}. {words_of(panel.delivery)}", tuple(blocks), private=True, data=data, title="Paperlark"
    )


def _follows(channel: Channel) -> list[Block]:
    if not channel.follows and not channel.mutes:
        setup = Button("Set up my digest" if channel.direct else "Set up this channel", SETUP, primary=True)
        return [Actions((setup,))]
    return [*following_rows(channel), Actions((Button("All follows", "/following"),))]


def _digest_buttons(channel: Channel) -> tuple[Button, ...]:
    today = Button("Show today's digest", "/digest")
    if not channel.wants_digest:
        return (Button("Turn the digest on", "/digest on", primary=True), today, SETTINGS)
    first = (POST_FIRST,) if channel.last_slot is None and channel.follows else ()
    return (*first, today, SETTINGS, Button("Turn off", "/digest off"))


def _reading_list(panel: Panel) -> list[Block]:
    page = panel.saved
    if not page.total:
        return [Paragraph((line("Nothing saved yet. Press Save under a paper."),))]
    shown = [_saved(one, panel.papers.get(one.paper_id)) for one in page.saved[:MOST_SAVED]]
    counts = Fine(line(f"{page.unread:,} unread · {page.read:,} read"))
    return [counts, *shown, Actions((Button("Reading list", "/saved"), Button("BibTeX", "/saved bibtex")))]


def _saved(one: Feedback, paper: Paper | None) -> Row:
    shown = paper_line(paper) if paper else line(one.paper_id)
    return Row(shown, Button("Open", f"/peek {one.paper_id}", panel=True))


PANEL = CommandSpec("home", parse=lambda _: ShowPanel(), routes=(Route(ShowPanel, show_panel, Cost.STORE),))
