"""Channels with a digest on that the bot can't post in."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.app.doctor.findings import Finding, State
from bot.app.settings import Settings
from bot.app.stores import opened_channels
from bot.delivery.messenger import Messenger
from bot.delivery.posting import Postings, cure, plain, reason
from bot.domain.channel import Channel
from bot.domain.errors import BotError
from bot.domain.posting import PostingCheck
from bot.domain.text.clean import clean
from bot.domain.wording import capital_first, count

MAX_CHECKED = 50
AT_ONCE = 5
CHANNELS_SECONDS = 20.0
MAX_NAMED = 12


async def channel_findings(settings: Settings, messengers: Mapping[str, Messenger]) -> list[Finding]:
    """Ask each platform about its channels with a digest on, at most 50 of them and for at most 20 s."""
    try:
        async with opened_channels(settings) as channels:
            stored = await channels.all()
    except BotError as error:
        return [Finding("Channels", State.UNKNOWN, error.sentence)]
    wanted = [one for one in stored if one.timetable and not one.off and one.place.platform in messengers]
    asked = wanted[:MAX_CHECKED]
    checks = await _checked(Postings(messengers), asked)
    found = [_finding(channel, check) for channel, check in zip(asked, checks, strict=True) if check and check.is_fault]
    unsure = len(wanted) - sum(check is not None and (check.ok or check.is_fault) for check in checks)
    shown, more = found[:MAX_NAMED], len(found) - MAX_NAMED
    if more > 0:
        shown.append(Finding("Channels", State.WARNING, f"I can't post in {count(more, 'more channel')} either."))
    return [*shown, *_summary(len(wanted), len(found), unsure)]


async def _checked(postings: Postings, channels: Sequence[Channel]) -> list[PostingCheck | None]:
    """Return a check for each channel; None for those that there was no time for."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def check(channel: Channel) -> PostingCheck:
        async with gate:
            return await postings.of(channel.place)

    tasks = [asyncio.create_task(check(channel)) for channel in channels]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=CHANNELS_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    return [None if task.cancelled() else task.result() for task in tasks]


def _finding(channel: Channel, check: PostingCheck) -> Finding:
    """Return the line of one channel: the reason, and what to do there."""
    place = channel.place
    name = clean(check.channel or place.channel, 40)
    note = f"{capital_first(reason(check, here=False))} ({place}). {plain(cure(check, here=False))}"
    return Finding(f"Channel {name}", State.WARNING, note)


def _summary(wanted: int, wrong: int, unsure: int) -> list[Finding]:
    """Return a line on all channels, where those that are wrong don't say it all."""
    if not wanted:
        return [Finding("Channels", State.MISSING, "no channel has a digest on")]
    if unsure:
        return [Finding("Channels", State.UNKNOWN, f"{unsure} of {count(wanted, 'channel')} couldn't be checked")]
    works = Finding("Channels", State.WORKS, f"I can post in {count(wanted, 'channel')} with a digest on")
    return [] if wrong else [works]
