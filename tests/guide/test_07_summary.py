"""Without a language model, the bot quotes the abstract and says so. No model is set up here."""

from support.guide import Team, paper


async def test_a_summary_without_a_model_quotes_the_abstract(team: Team) -> None:
    moons = paper("Sorting Moons")
    team.arxiv_knows(moons)

    card = await team.says(f"/paper {moons.id}")

    assert "It works better than before." in card.text
    assert "extracted from the abstract" in card.text
