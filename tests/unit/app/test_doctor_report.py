"""The doctor's short report: faults, warnings and the next step, never more than 25 lines."""

import pytest

from bot.app.doctor.findings import Finding, State
from bot.app.doctor.report import ALL, MAX_LINES, report

WORKS = [Finding("Redis", State.WORKS, "Valkey 8"), Finding("Slack", State.WORKS, "in Test Team")]
SETTING = Finding("SLACK_PORT", State.WORKS, "3000 (default)")
UNSET = Finding("DISCORD_TOKEN", State.MISSING, "Discord is left out")
FAULT = Finding("SLACK_BOT_TOKEN", State.WRONG, "It has quotes around it: remove them.")
WARNING = Finding("Channel #papers", State.WARNING, "I'm not in that channel. Type /invite @Paperlark there.")
UNSURE = Finding("Hugging Face", State.UNKNOWN, "It isn't answering.")


def test_where_all_is_well_it_says_what_works_and_nothing_of_settings() -> None:
    assert report([*WORKS, SETTING, UNSET]) == ["Everything works.", "", "Works: Redis and Slack.", ALL]


def test_where_nothing_is_set_up_it_says_how_to_begin() -> None:
    assert report(WORKS, ["type /paperlark."])[-2] == "Next: type /paperlark."
    assert report(WORKS, ["one.", "two."])[-4:-1] == ["Next:", "  one.", "  two."]


def test_faults_come_first_then_warnings_then_the_next_step() -> None:
    assert report([UNSURE, WARNING, *WORKS, FAULT]) == [
        "1 fault and 2 warnings.",
        "",
        "✗ SLACK_BOT_TOKEN: It has quotes around it: remove them.",
        "! Channel #papers: I'm not in that channel. Type /invite @Paperlark there.",
        "? Hugging Face: It isn't answering.",
        "",
        "Works: Redis and Slack.",
        "Next: fix the fault, then run paperlark doctor again.",
        ALL,
    ]


def test_warnings_alone_are_said_to_be_no_faults() -> None:
    assert report([WARNING])[0] == "No faults and 1 warning."


@pytest.mark.parametrize("troubles", [0, 1, 15, 20, 21, 22, 200])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_it_has_at_most_25_lines(troubles: int, steps: int) -> None:
    lines = report([*WORKS, *[FAULT] * troubles], ["a step."] * steps)
    assert len(lines) <= MAX_LINES
    assert sum(line.startswith("✗") for line in lines) == troubles or "more." in "\n".join(lines)
