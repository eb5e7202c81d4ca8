"""A store that the commit before the rooms wrote opens, and Slack and Discord are sent what they were sent then.

`python -m support.record` prints the same comparison, and records anew what is meant to change.
"""

from pathlib import Path

import pytest

from support.embedding_models import NO_MODEL, folders
from support.recorded_store import ANSWERS, EXPORT, differences, exported, read, replayed

MEANING = pytest.param("meaning", marks=[pytest.mark.slow, pytest.mark.skipif(not folders(), reason=NO_MODEL)])


@pytest.mark.parametrize("way", ["words", MEANING])
async def test_commands_and_a_days_digests_are_sent_as_they_were(way: str, tmp_path: Path) -> None:
    changed = differences(read(ANSWERS)[way], await replayed(way, tmp_path))
    assert not changed, "\n\n".join(changed)


async def test_all_that_people_made_is_read_as_it_was(tmp_path: Path) -> None:
    changed = differences(read(ANSWERS)[EXPORT], await exported(tmp_path))
    assert not changed, "\n\n".join(changed)


def test_what_differs_is_told_answer_by_answer() -> None:
    before = {"slack": {"/saved": [{"text": "2 papers"}], "/digest": []}}
    after = {"slack": {"/saved": [{"text": "3 papers"}], "/digest": []}}
    (told,) = differences(before, after)
    assert told.startswith(" › slack › /saved:")
    assert '-  "text": "2 papers"' in told
    assert '+  "text": "3 papers"' in told
