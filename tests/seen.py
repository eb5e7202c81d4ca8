"""What a person sees of one answer, the same on every platform."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """`text` is all that can be read, plain; `links` and `buttons` in order; `private`: only the asker sees it."""

    text: str
    links: tuple[str, ...]
    buttons: tuple[str, ...]
    private: bool
    payload: dict
