"""Saved papers stay on the channel's reading list until somebody marks them as read."""

from support.guide import Team, paper


async def test_a_saved_paper_stands_on_the_reading_list(team: Team) -> None:
    moons = paper("Sorting Moons")
    team.arxiv_knows(moons)

    await team.presses(await team.says(f"/paper {moons.id}"), "Save")
    assert "1 unread · 0 read" in (await team.says("/saved")).text

    await team.says(f"/saved read {moons.id}")
    assert "0 unread · 1 read" in (await team.says("/saved")).text
