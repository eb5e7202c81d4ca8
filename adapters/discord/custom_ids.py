"""What a button carries: its command, and in posted messages the ledger's key.

Discord gives a message back with its components but without its nonce, so the key travels in a custom_id:
`c:/readmore 2605.05971#<key>`; `p:` where the answer is long. What stands before the last `#` is the command, whatever
it holds; a command that leaves no room has no button, and people type it.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from adapters.discord.markup import length
from bot.domain.card import Button

Json = dict[str, Any]

CUSTOM_ID_LIMIT = 100
"""https://discord.com/developers/docs/components/reference#button"""
KEY_LIMIT = 25
"""Of a nonce: https://discord.com/developers/docs/resources/message#create-message"""

_OURS = ("c:", "p:")


def custom_id(button: Button) -> str:
    """What the button carries before any key is written in; empty where its command is too long."""
    command = button.command.encode("utf-8", "ignore").decode()
    carried = f"{'p' if button.panel else 'c'}:{command}#"
    return carried if button.command and length(carried) <= CUSTOM_ID_LIMIT else ""


def command_of(carried: str) -> str:
    """The command that a button of ours carries; what isn't ours comes back as it is."""
    return carried[2:].rpartition("#")[0] if carried.startswith(_OURS) and "#" in carried else carried


def takes_key(components: Iterable[Any]) -> bool:
    """Whether a button among these has room for a key."""
    return any(_has_room(component) for component in walk(components))


def holds_key(components: Iterable[Any], key: str) -> bool:
    """Whether a message's components carry `key`."""
    carried = (str(component.get("custom_id", "")) for component in walk(components))
    return any(text.startswith(_OURS) and text.endswith(f"#{key}") for text in carried)


def stamped(payload: Mapping[str, Any], key: str) -> Json:
    """The payload with `key` in its last button that has room, in place of one there before."""
    copy: Json = deepcopy(dict(payload))
    for button in reversed([component for component in walk(copy["components"]) if _has_room(component)]):
        button["custom_id"] = f"{_bare(button)}#{key}"
        break
    return copy


def walk(components: Iterable[Any]) -> Iterator[Any]:
    """Every component, those inside others too."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        if accessory := component.get("accessory"):
            yield accessory


def _bare(component: Json) -> str:
    return str(component["custom_id"]).rpartition("#")[0]


def _has_room(component: Json) -> bool:
    return "custom_id" in component and length(_bare(component)) + 1 + KEY_LIMIT <= CUSTOM_ID_LIMIT
