"""Reactions on a message of ours: what somebody says with one, as the command that says the same. Pure."""

from collections.abc import Sequence

MORE, LESS, SAVE = "more", "less", "save"
"""The signs of 👍, 👎 and 🔖; the others are "1" to "10", of the keycaps."""

KEYCAPS = tuple(str(number) for number in range(1, 11))


def command_of(sign: str, papers: Sequence[str], added: bool) -> str:
    """The text of the command that a reaction stands for; empty where it stands for none.

    `papers` are the ids that the message names, in its order. A keycap is More for the paper of that number; the
    other signs speak of a paper only where the message is about one alone: a 👍 on a digest of ten may be for any of
    them, or for the bot. A reaction that is taken back takes back what it said.
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
