"""Certificates: which ones every client trusts, and in a few words what is wrong with one that isn't trusted."""

import os
import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import certifi

from bot.domain.errors import BotError

_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAMES = frozenset({62, 63, 64})
"""OpenSSL's codes of verification errors (x509_vfy.h): the name of the host, e-mail or address doesn't fit."""


def tls_context() -> ssl.SSLContext:
    """Return the context of every TLS connection. Raise BotError if SSL_CERT_FILE or SSL_CERT_DIR can't be used.

    Trusted are the certificates of SSL_CERT_FILE and SSL_CERT_DIR; if neither is set, this system's and certifi's.
    """
    return _context(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


def certificate_fault(error: BaseException) -> str:
    """Return what is wrong with the other side's certificate, as words after "its certificate"; empty if nothing is."""
    found = [one for one in causes(error) if isinstance(one, ssl.SSLCertVerificationError)]
    if not found:
        return ""
    code = next((one.verify_code for one in found if hasattr(one, "verify_code")), 0)  # aiohttp's own has none
    if code == _EXPIRED:
        return "has expired"
    if code == _NOT_YET_VALID:
        return "isn't valid yet: is this machine's clock right?"
    return "is for another name" if code in _OTHER_NAMES else "isn't trusted"


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from, nearest first."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


@lru_cache(maxsize=4)
def _context(file: str, folders: str) -> ssl.SSLContext:
    context = ssl.create_default_context()  # OpenSSL heeds both variables, and says nothing of a path that is wrong
    if file:
        _load(context, file)
    for folder in filter(None, folders.split(os.pathsep)):
        if not Path(folder).is_dir():
            raise BotError(f"SSL_CERT_DIR: there is no folder {folder}.")
    if not file and not folders:
        context.load_verify_locations(cafile=certifi.where())
    return context


def _load(context: ssl.SSLContext, file: str) -> None:
    try:
        context.load_verify_locations(cafile=file)
    except ssl.SSLError:
        hint = f"openssl x509 -inform der -in {file} -out ca.pem converts a binary one."
        raise BotError(f"SSL_CERT_FILE: {file} holds no certificate in PEM form.", hint) from None
    except OSError as error:
        raise BotError(f"SSL_CERT_FILE: {file} can't be read: {(error.strerror or '').lower()}.") from None
