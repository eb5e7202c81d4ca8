"""The doctor's short report: faults, warnings and the next step, in at most 25 lines."""

from collections.abc import Sequence

from bot.app.doctor.findings import Finding, State
from bot.domain.wording import count, listed

MAX_LINES = 25
ALL = "paperlark doctor --all shows every setting and service."

_MARKS = {State.WRONG: "✗", State.WARNING: "!", State.UNKNOWN: "?"}


def report(findings: Sequence[Finding], next_steps: Sequence[str] = ()) -> list[str]:
    """Return the lines. `next_steps` are said where nothing is wrong: what a person does to begin."""
    troubles = [one for state in _MARKS for one in findings if one.state is state]
    wrong = sum(one.state is State.WRONG for one in troubles)
    works = [one.name for one in findings if one.state is State.WORKS and not one.name.isupper()]
    ending = [*_next(wrong, next_steps), ALL]
    if works:
        ending.insert(0, f"Works: {listed(works)}.")
    room = MAX_LINES - len(ending) - 4
    lines = [f"{_MARKS[one.state]} {one.name}: {one.note}" for one in troubles[:room]]
    if len(troubles) > room:
        lines.append(f"… and {len(troubles) - room} more.")
    return [_headline(wrong, len(troubles) - wrong), "", *lines, *([""] if lines else []), *ending]


def _headline(wrong: int, warnings: int) -> str:
    if not wrong and not warnings:
        return "Everything works."
    said = [count(wrong, "fault")] if wrong else ["No faults"]
    return f"{listed([*said, *([count(warnings, 'warning')] if warnings else [])])}."


def _next(wrong: int, steps: Sequence[str]) -> list[str]:
    if wrong:
        return [f"Next: fix {'the fault' if wrong == 1 else 'the first fault'}, then run paperlark doctor again."]
    if not steps:
        return []
    return [f"Next: {steps[0]}"] if len(steps) == 1 else ["Next:", *(f"  {step}" for step in steps)]
