"""A muted word keeps papers out of the digest, whatever else the channel follows."""

from support.guide import Team, paper


async def test_a_muted_word_keeps_papers_out(team: Team) -> None:
    await team.says("/digest on 09:00 UTC cs.LG")
    await team.says("/mute survey")

    (digest,) = await team.next_morning(paper("Sorting Moons"), paper("A Survey of Moons"))

    assert "Sorting Moons" in digest.text
    assert "A Survey of Moons" not in digest.text
