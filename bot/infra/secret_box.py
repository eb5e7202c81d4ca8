"""Encryption of tokens and keys before they are stored: MultiFernet (https://cryptography.io/en/latest/fernet/).

The keys never lie in Redis: they come from PAPERLARK_ENCRYPTION_KEYS, or from a file in PAPERLARK_HOME. The library
takes 9 MB and is loaded with the first secret.
"""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import BotError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

KEY_FILE = "encryption.key"
_KEY_BYTES = 32


class NoKey(BotError):
    """A stored secret can't be read: it was encrypted with a key that this process doesn't have."""

    def __init__(self) -> None:
        super().__init__(
            "I can't read a stored key any more: it was encrypted with another PAPERLARK_ENCRYPTION_KEYS. "
            "Put the old key back behind the new one, separated by a comma, or connect again."
        )


class SecretBox:
    """Encrypts with the first key and decrypts with any, so that keys can be replaced."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take keys as `Fernet.generate_key()` makes them, the newest first. Raise ValueError for any other."""
        if not keys or any(len(urlsafe_b64decode(key)) != _KEY_BYTES for key in keys):
            raise ValueError("A key is 32 bytes in URL-safe base64.")
        self._keys = tuple(keys)

    @cached_property
    def _box(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - see above

        return MultiFernet([Fernet(key) for key in self._keys])

    def close(self, secret: str) -> str:
        """Return the secret encrypted, as ASCII."""
        return self._box.encrypt(secret.encode()).decode()

    def open(self, closed: str) -> str:
        """Return the secret. Raise NoKey if no key fits or the text was changed."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see above

        try:
            return self._box.decrypt(closed).decode()
        except (InvalidToken, ValueError) as error:  # ValueError: isn't ASCII
            raise NoKey from error

    def is_current(self, closed: str) -> bool:
        """Return True if the first key opens it, so that it needs no renewal."""
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - see above

        try:
            Fernet(self._keys[0]).decrypt(closed)
        except (InvalidToken, ValueError):
            return False
        return True

    def renew(self, closed: str) -> str:
        """Return the secret encrypted with the first key. Raise NoKey if no key fits."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see above

        try:
            return self._box.rotate(closed).decode()
        except (InvalidToken, ValueError) as error:  # ValueError: isn't ASCII
            raise NoKey from error


def key_in(home: Path) -> str:
    """Return the key of this home, made once even by several processes; only its user can read it.

    Raise OSError if the disk can't be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    path, fresh = home / KEY_FILE, home / f"{KEY_FILE}.{secrets.token_hex(4)}"
    if not path.exists():
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:  # another process was first
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
