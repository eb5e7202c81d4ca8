"""The command that undoes `/digest on`: pure."""

from bot.domain.channel import WEEKDAYS, Channel, Timetable


def undo_digest_on(before: Channel, after: Channel) -> str:
    """Return the command that gives the channel its former digest back; empty if no single command does."""
    if after.timetable is None or len(after.follows) != len(before.follows) or before.paused:
        return ""
    if before.timetable is None or before.off:
        return "/digest off"
    former = _differences(before.timetable, after.timetable)
    return f"/digest on {' '.join(former)}" if former else ""


def _differences(before: Timetable, after: Timetable) -> list[str]:
    """Return the options of `before` that `after` hasn't."""
    was, now = _options(before), _options(after)
    return [option for option, other in zip(was, now, strict=True) if option != other]


def _options(table: Timetable) -> list[str]:
    switches = {"cross": table.cross, "trending": table.trending, "gists": table.gists, "club": table.club}
    return [
        f"{table.at:%H:%M}",
        table.zone,
        f"days={','.join(WEEKDAYS[day] for day in sorted(table.days))}",
        f"top={table.top}",
        f"lang={table.lang}",
        f"recap={'off' if table.recap is None else WEEKDAYS[table.recap]}",
        *(f"{name}={'on' if value else 'off'}" for name, value in switches.items()),
    ]
