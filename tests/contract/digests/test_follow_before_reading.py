"""`/follow` in a store that has read nothing yet says nothing false."""

from pathlib import Path

from support.all_platforms import on_all_platforms


async def test_before_anything_was_read_papers_are_promised_with_the_next_announcement(tmp_path: Path) -> None:
    async with on_all_platforms(tmp_path) as house:
        seen = await house.chats["slack"].says("/follow cs.CL")
    assert "I haven't read arXiv's papers yet. They come with the next announcement." in seen.text
    assert "would have brought" not in seen.text
