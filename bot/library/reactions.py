"""Maps reactions on a message to feedback commands: pure."""

from collections.abc import Sequence

MORE, LESS, SAVE = "more", "less", "save"
"""Names of 👍, 👎 and 🔖; the others are "1" to "10", the keycaps."""

KEYCAPS = tuple(str(number) for number in range(1, 11))


def command_of(sign: str, papers: Sequence[str], added: bool) -> str:
    """Return the command that a reaction stands for; empty if it stands for none.

    `papers` are the ids in the message, in order. A keycap is More for the paper of that number. The other reactions
    count only on messages about a single paper: a 👍 on a digest of ten may mean any of them, or the bot. Removing a
    reaction undoes its feedback.
    """
    if sign in KEYCAPS:
        named = papers[int(sign) - 1 : int(sign)]
        verdict = MORE
    else:
        named = papers if len(papers) == 1 else ()
        verdict = sign if sign in {MORE, LESS, SAVE} else ""
    if not named or not verdict:
        return ""
    said = f"/{verdict} {named[0]}"
    return said if added else f"/unfollow {'saved' if verdict == SAVE else 'taste'}:{named[0]}"
