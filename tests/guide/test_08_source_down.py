"""If arXiv is down, the digest waits for an hour, then names what is missing. The rest comes the next day."""

from support.guide import Team, paper


async def test_a_digest_waits_for_arxiv_and_then_says_what_is_missing(team: Team) -> None:
    await team.says("/digest on 09:00 UTC cs.LG")
    team.arxiv_is_down()
    assert await team.next_morning(paper("Sorting Moons")) == []

    (digest,) = await team.later(hours=1)
    assert "did not answer" in digest.text

    team.arxiv_is_down(False)
    _, next_digest = await team.next_morning(paper("Painting Moons"))
    assert "Sorting Moons" in next_digest.text
    assert "Painting Moons" in next_digest.text
