"""Every message has buttons. Only the person who presses a button sees the answer."""

from support.guide import Team, paper


async def test_a_button_of_the_digest_answers_the_person_who_pressed_it(team: Team) -> None:
    await team.says("/digest on 09:00 UTC cs.LG")
    (digest,) = await team.next_morning(paper("Sorting Moons"))

    card = await team.presses(digest, "Open")
    details = await team.presses(card, "Read more")

    assert details.private
    assert "We study sorting moons." in details.text
