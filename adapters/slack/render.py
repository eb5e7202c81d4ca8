"""Conversion of cards to Slack messages and modals, within the limits of each: one message if possible. Pure."""

import json
from collections.abc import Iterator, Sequence
from functools import cache

from adapters.slack.markup import Json, escaped, harmless
from adapters.slack.render_blocks import Level, Piece, draw_blocks, rich_text, weight
from adapters.slack.uploads import place_for
from bot.domain.card import Card, Item, fewest, line
from bot.domain.frozen import frozen
from bot.domain.plot import Plot
from bot.domain.text.clean import shorten

MESSAGE_BLOCKS = 50
"""https://docs.slack.dev/reference/block-kit/blocks"""

MESSAGE_CHARACTERS = 11_000
"""Over all blocks. Undocumented: about 12,000 with containers (github.com/slackapi/bolt-js/issues/2509, …/2867)."""

NOTIFICATION = 780
"""Slack advises at most 4,000 for `text` (https://docs.slack.dev/reference/methods/chat.postMessage); escaping can turn
one character into five."""

MODAL_BLOCKS = 100
MODAL_TITLE = 24
"""https://docs.slack.dev/reference/views/modal-views"""

MODAL_BYTES = 80_000
"""Of JSON. Slack accepts views of 250 KB (https://docs.slack.dev/reference/methods/views.open) but sends the whole view
back with each press, in a form that makes it half as long again: that has to fit `port.LARGEST_BODY_BYTES`."""


@frozen
class Drawn:
    """One message as `text` and `blocks`, and the ids of the papers it names.

    A picture of `plot` may appear in `place`, which `uploads.place_for` makes.
    """

    payload: Json
    papers: tuple[str, ...] = ()
    plot: Plot | None = None
    place: Json | None = None


def draw(card: Card, most: int = 0) -> tuple[Drawn, ...]:
    """Return the messages for `card`, at most `most` if set; the last one then says how much doesn't fit.

    Before a second message starts, each paper loses its separate block of small print, then its point, then its button,
    then its own section, then its reason.
    """
    parts = _shortest(card)
    if most and len(parts) > most:
        left = [piece for part in parts[most:] for piece in part]
        parts = [*parts[: most - 1], [*parts[most - 1][: MESSAGE_BLOCKS - 1], *_more(left)]]
    return tuple(_message(card, part, number, len(parts)) for number, part in enumerate(parts, start=1))


def modal(card: Card, title: str, metadata: str = "") -> Json:
    """Return a modal with as much of `card` as fits; Slack returns `metadata` with each press in it."""
    return _view(title, metadata, _within_a_view(card))


def home(card: Card, metadata: str = "") -> Json:
    """Return a Home tab with as much of `card` as fits (https://docs.slack.dev/reference/views/home-tab-views)."""
    return {"type": "home", "blocks": _within_a_view(card), "private_metadata": metadata}


def loading_modal(title: str, metadata: str = "") -> Json:
    """Return a placeholder modal for the time until the answer arrives."""
    return _view(title, metadata, [piece.block for piece in rich_text((line("One moment…"),))])


def _shortest(card: Card) -> list[list[Piece]]:
    """Return the messages of the first level that takes the fewest; what can't be one message is tried last."""
    drawn = cache(lambda level: _parts(_pieces(card, level)))
    in_one = (drawn(level) for level in Level if _least_blocks(card, level) <= MESSAGE_BLOCKS)
    return next((parts for parts in in_one if len(parts) == 1), None) or fewest(map(drawn, Level))


def _least_blocks(card: Card, level: Level) -> int:
    """Return how many blocks the papers take at least."""
    if level >= Level.JOINED:
        return 0
    apart = level < Level.ONE_BLOCK
    return sum(1 + (apart and bool(block.facts)) for block in card.blocks if isinstance(block, Item))


def _pieces(card: Card, level: Level) -> list[Piece]:
    return draw_blocks(card.blocks, level) or rich_text((line(card.text or card.kind),))


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Group the pieces into messages; no message begins or ends with a rule."""
    parts: list[list[Piece]] = [[]]
    room, left = MESSAGE_CHARACTERS, MESSAGE_BLOCKS
    for piece in pieces:
        blocks = piece.blocks
        needed = weight(blocks)
        if parts[-1] and (needed > room or len(blocks) > left):
            parts.append([])
            room, left = MESSAGE_CHARACTERS, MESSAGE_BLOCKS
        parts[-1].append(piece)
        room, left = room - needed, left - len(blocks)
    trimmed = [_without_outer_rules(part) for part in parts]
    return [part for part in trimmed if part] or [list(pieces)]


def _blocks(pieces: Sequence[Piece]) -> list[Json]:
    return [block for piece in pieces for block in piece.blocks]


def _without_outer_rules(part: list[Piece]) -> list[Piece]:
    ruled = [piece.block["type"] == "divider" for piece in part]
    if all(ruled):
        return []
    return part[ruled.index(False) : len(part) - ruled[::-1].index(False)]


def _message(card: Card, part: Sequence[Piece], number: int, total: int) -> Drawn:
    text = card.text or card.kind
    if number > 1:
        text = f"({number} of {total}) {text}"
    papers = tuple(paper for piece in part for paper in piece.papers)
    payload = {"text": escaped(shorten(text, NOTIFICATION)), "blocks": _blocks(part)}
    for number_of_piece, piece in enumerate(part):
        if piece.picture:
            start = len(_blocks(part[:number_of_piece]))
            return Drawn(payload, papers, piece.picture.plot, place_for(piece.picture.alt, start))
    return Drawn(payload, papers)


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Merge adjacent running text into one block, which holds twenty times as much as a section."""
    held: Piece | None = None
    for piece in pieces:
        if (
            held
            and held.block["type"] == piece.block["type"] == "rich_text"
            and weight(held.block) < MESSAGE_CHARACTERS
        ):
            elements = [*held.block["elements"], *piece.block["elements"]]
            held = Piece({"type": "rich_text", "elements": elements}, things=held.things + piece.things)
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held


def _within_a_view(card: Card) -> list[Json]:
    pieces = _pieces(card, Level.FULL)
    if len(_blocks(pieces)) > MODAL_BLOCKS:
        pieces = list(_merged(_pieces(card, Level.ONE_BLOCK)))
    return _blocks(_cut_to_view(pieces))


def _cut_to_view(pieces: Sequence[Piece]) -> list[Piece]:
    room = MODAL_BYTES
    for number, piece in enumerate(pieces):
        room -= len(json.dumps(piece.blocks))
        last = number == MODAL_BLOCKS - 1 and len(pieces) > MODAL_BLOCKS
        if room < 0 or last:
            return [*pieces[:number], *_more(pieces[number:])]
    return list(pieces)


def _more(left: Sequence[Piece]) -> list[Piece]:
    things = sum(piece.things for piece in left)
    return rich_text((line(f"… and {things:,} more" if things else "… there is more than Slack can show"),))


def _view(title: str, metadata: str, blocks: list[Json]) -> Json:
    name = {"type": "plain_text", "text": shorten(harmless(title).strip(), MODAL_TITLE) or "Paperlark", "emoji": False}
    close = {"type": "plain_text", "text": "Close", "emoji": False}
    return {"type": "modal", "title": name, "close": close, "blocks": blocks, "private_metadata": metadata}
