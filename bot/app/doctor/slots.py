"""Digests that are dated in the future, by a clock that was wrong or by `once --at`."""

from bot.app.doctor.findings import Reservation
from bot.app.settings import Settings
from bot.app.stores import opened_channels
from bot.domain.schedule import is_ahead
from bot.domain.wording import count, date_in_words
from bot.infra.clock_port import Clock


async def slots_in_order(settings: Settings, clock: Clock) -> str:
    """Report digests that are dated in the future; raise Reservation if there are any."""
    async with opened_channels(settings) as channels:
        stored = await channels.all()
    now = clock.now()
    wrong = [one for one in stored if is_ahead(one.last_slot, now) or is_ahead(one.ahead, now)]
    if wrong:
        latest = max(filter(None, (one.ahead or one.last_slot for one in wrong)))
        raise Reservation(
            f"{count(len(wrong), 'channel was', 'channels were')} served as of {date_in_words(latest.date())}: "
            "a clock was wrong, or paperlark once --at ran ahead.",
            "Set this machine's clock; digests then go on from today, and no paper comes twice.",
        )
    return "no digest is dated in the future"
