"""Each morning the channel gets one digest: the new papers that match its follows, each with the reason."""

from support.guide import Team, paper


async def test_the_morning_brings_the_papers_that_the_channel_follows(team: Team) -> None:
    await team.says('/follow "sorting"')
    await team.says("/digest on 09:00 UTC")

    (digest,) = await team.next_morning(paper("Sorting Moons"), paper("Painting Moons"))

    assert "Sorting Moons" in digest.text
    assert "Your topics" in digest.text
    assert "Painting Moons" not in digest.text
