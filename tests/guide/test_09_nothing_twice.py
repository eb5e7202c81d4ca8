"""No message comes twice. After a broken connection, the bot reads the channel before it posts again."""

from support.guide import Team, paper


async def test_a_digest_stands_once_though_the_connection_broke_and_the_bot_started_again(team: Team) -> None:
    await team.says("/digest on 09:00 UTC cs.LG")
    team.slack_breaks_off()

    await team.next_morning(paper("Sorting Moons"))
    digests = await team.bot_works()

    assert [digest.text.count("Sorting Moons") for digest in digests] == [1]
