"""Each test of the guide gets a team of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.all_platforms import on_all_platforms
from support.guide import Team


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with on_all_platforms(tmp_path, paperlark_model=tmp_path) as house:
        yield Team(house)
