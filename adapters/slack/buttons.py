"""Buttons and menus of Slack's blocks, within the limits of each.

Limits: https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects.
"""

from collections.abc import Iterator, Sequence

from adapters.slack.markup import Json, harmless, safe_url
from bot.domain.card import Button, Item
from bot.domain.text.clean import shorten

BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_VALUE = 150
MENU_OPTIONS = 5
SELECT_OPTIONS = 100


def draw_button(button: Button, numbers: Iterator[int]) -> Json | None:
    """Return the button, or None if it can't work: no label, or an address or a command that Slack doesn't carry."""
    label, url = plain_text(button.label, BUTTON_TEXT), safe_url(button.url)
    style = {"style": "primary"} if button.primary else {}
    if not label["text"] or not (url or 0 < len(button.command) <= BUTTON_VALUE):
        return None
    if url:
        return {"type": "button", "action_id": f"link:{next(numbers)}", "text": label, "url": url, **style}
    kind = "panel" if button.panel else "command"
    action = f"{kind}:{next(numbers)}"
    return {"type": "button", "action_id": action, "text": label, "value": button.command, **style}


def draw_menu(buttons: tuple[Button, ...], numbers: Iterator[int]) -> Json | None:
    """Return the buttons as a "…" menu; a value begins with its kind, as an action_id: `panel:/readmore 2605.05971`."""
    drawn = [option for n, button in enumerate(buttons) if (option := _option(button, button.label, n))]
    options = _each_once(drawn)[:MENU_OPTIONS]
    return {"type": "overflow", "action_id": f"menu:{next(numbers)}", "options": options} if options else None


def _option(button: Button, label: str, number: int) -> Json | None:
    """Return the button as a menu's option, or None if it can't work; a link carries only its `number`."""
    text, url = plain_text(label, BUTTON_TEXT), safe_url(button.url)
    value = f"link:{number}" if url else f"{'panel' if button.panel else 'command'}:{button.command}"
    if not text["text"] or not (url or button.command) or len(value) > OPTION_VALUE:
        return None
    return {"text": text, "value": value} | ({"url": url} if url else {})


def draw_select(items: Sequence[Item], numbers: Iterator[int], longest: int) -> Json | None:
    """Return one menu of papers, with titles of up to `longest` characters; its values are those of `draw_menu`."""
    labels = [(item.more, shorten(f"{item.place}{item.title.text}", longest)) for item in items]
    opened = [option for more, label in labels if more and (option := _option(more, label, 0))]
    if not opened:
        return None
    menu: Json = {"type": "static_select", "action_id": f"menu:{next(numbers)}"}
    return menu | {
        "placeholder": plain_text("Open a paper", BUTTON_TEXT),
        "options": _each_once(opened)[:SELECT_OPTIONS],
    }


def _each_once(options: Sequence[Json]) -> list[Json]:
    return list({option["value"]: option for option in options}.values())


def plain_text(text: str, limit: int) -> Json:
    """Return words as Slack's plain text."""
    return {"type": "plain_text", "text": shorten(harmless(text).strip(), limit), "emoji": False}
