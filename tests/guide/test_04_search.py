"""Search covers all papers that the bot has read, whether or not the channel follows them."""

from support.guide import Team, paper


async def test_a_search_finds_papers_by_their_words(team: Team) -> None:
    await team.says("/digest on 09:00 UTC cs.LG")
    await team.next_morning(paper("Sorting Moons"), paper("Painting Rivers"))

    found = await team.says("/papers rivers")

    assert "Painting Rivers" in found.text
    assert "Sorting Moons" not in found.text
