"""How the bot gets into the teams that installed it: the port of the encrypted store. What a text says is the
platform's business. Methods raise StoreDown."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.domain.frozen import frozen


@frozen
class Installation:
    """How the bot gets into a team. `holder` is the team, or the organization that installed the bot for it.

    `is_lost`: the access can't be renewed any more, so the holder has to install the bot again.
    """

    holder: str
    text: str
    is_lost: bool = False


class Installations(Protocol):
    """Installations of one platform by teams and organizations; `holder` is either."""

    async def save(self, holder: str, text: str) -> None:
        """Keep a new installation; it replaces an older one."""
        ...

    async def renew(self, holder: str, text: str) -> bool:
        """Replace an installation's text; return False if it was deleted meanwhile, and stays so."""
        ...

    async def read(self, team: str) -> Installation | None:
        """Return the installation by which the bot gets into a team; None if there is none. Raises NoKey too."""
        ...

    async def join(self, team: str, organization: str) -> bool:
        """Let a team without an installation of its own use its organization's; return False if that has none."""
        ...

    async def admitted(self, team: str, token: str) -> None:
        """Forget that a team refused the token of that fingerprint, because it has installed the bot again."""
        ...

    async def part(self, team: str) -> None:
        """Take a team out of the list of its organization, if it has one."""
        ...

    async def members(self, organization: str) -> list[str]:
        """Return the teams that use an organization's installation."""
        ...

    async def forget(self, holder: str) -> None:
        """Delete an installation and its name in the index, and nothing else of the team. Repeating it is harmless."""
        ...

    async def all(self) -> list[str]:
        """Return every team and organization that installed the bot, in order."""
        ...

    async def lose(self, holder: str) -> None:
        """Record that an installation's access can't be renewed any more."""
        ...

    async def lost(self) -> list[str]:
        """Return those whose access can't be renewed any more."""
        ...

    def renewing(self, holder: str) -> AbstractAsyncContextManager[bool]:
        """Hold the lock of a renewal over all processes; yield False if another process holds it."""
        ...

    async def begin(self) -> str:
        """Return a new state: whoever comes back with it within ten minutes has begun the installation here."""
        ...

    async def end(self, state: str) -> bool:
        """Use up a state; return False if nobody began with it, or it was used or is too old."""
        ...
