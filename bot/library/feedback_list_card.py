"""What a channel thinks of papers, as part of the list of all that it follows."""

from collections.abc import Mapping, Sequence

from bot.domain.card import Block, Bullets, Button, Fine, Heading, Row, code, line
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.text.clean import shorten

ROWS = 8
"""With a button of their own; the others are listed and can be taken back by typing."""
LISTED = 40
TITLE = 90

_HEADS = {FeedbackKind.SAVED: "Saved", FeedbackKind.MORE: "More like these", FeedbackKind.LESS: "Less like these"}


def feedback_blocks(opinions: Sequence[Feedback], titles: Mapping[str, str]) -> list[Block]:
    """The opinions of a channel, the latest first, each with its button; nothing where there is none."""
    blocks: list[Block] = []
    for verdict, head in _HEADS.items():
        of_kind = [opinion for opinion in reversed(opinions) if opinion.verdict is verdict]
        if not of_kind:
            continue
        blocks.append(Heading(line(f"{head} ({len(of_kind):,})"), level=2))
        named = [(shorten(titles.get(one.paper_id, one.paper_id), TITLE), one) for one in of_kind]
        blocks += [Row(line(title), Button("Forget", f"/takeback {one.key}")) for title, one in named[:ROWS]]
        if named[ROWS:]:
            blocks.append(Bullets(tuple(line(f"{title} · {one.paper_id}") for title, one in named[ROWS:LISTED])))
            left = f"and {len(named) - LISTED:,} more. " if len(named) > LISTED else ""
            blocks.append(Fine(line(f"{left}Forget one with ", code("/unfollow"), " and its number.")))
    return blocks
