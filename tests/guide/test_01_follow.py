"""A channel follows authors, categories and topics. The answer shows what the last week would have brought."""

from support.guide import Team, paper


async def test_a_channel_follows_an_author(team: Team) -> None:
    await team.next_morning(paper("Weaving Algebra", by="Ada Lovelace"))

    answer = await team.says("/follow Ada Lovelace")

    assert "This channel now follows author Ada Lovelace." in answer.text
    assert "The last 7 days would have brought 1 paper" in answer.text
    assert "author Ada Lovelace" in (await team.says("/following")).text
