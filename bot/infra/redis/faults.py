"""Whatever Redis and its connections raise, as one sentence that names the cause and what to change."""

import re
import socket
import ssl

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from bot.domain.errors import StoreDown, StoreFull
from bot.infra.tls import causes, certificate_fault

NEEDS_CLUSTER_SCHEME = (
    "That Redis is part of a cluster: REDIS_URL must start with redis+cluster:// or rediss+cluster://."
)
SPECIAL_CHARACTERS = "@ as %40, / as %2F, # as %23, ? as %3F and % as %25"

_NO_SCRIPTS = "Redis doesn't run scripts (EVAL), which Paperlark needs"
_SCRIPT_COMMANDS = frozenset({"EVAL", "EVALSHA", "SCRIPT"})

_PHRASES = {
    "Authentication required": "Redis asks for a password: write it into REDIS_URL as redis://:password@host:6379/0.",
    "without any password configured": "Redis has no password, but REDIS_URL gives one: leave it out.",
    "max number of clients reached": "Redis takes no more connections: raise its maxclients.",
    "running in protected mode": "Redis takes connections from its own machine alone (protected mode): set a password "
    "for it (requirepass).",
    "DB index is out of range": "Redis has no database of the number at the end of REDIS_URL.",
    "SELECT is not allowed in cluster mode": NEEDS_CLUSTER_SCHEME,
    "This instance has cluster support disabled": "That Redis is no cluster: REDIS_URL must start with redis:// or "
    "rediss://.",
    "MISCONF": StoreFull.sentence,
    "NOREPLICAS": "Redis takes no changes: it has too few replicas (min-replicas-to-write).",
}
"""Sentences by what an error says."""

_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (BusyLoadingError, "Redis is still loading its data."),
    (
        (AuthenticationError, AuthorizationError),
        f"Redis refused the user or password in REDIS_URL. In a password, write {SPECIAL_CHARACTERS}.",
    ),
    (OutOfMemoryError, "Redis is full: its maxmemory is used up."),
    (ReadOnlyError, "Redis is a read-only replica: REDIS_URL must name the primary."),
    (MasterDownError, "Redis is a replica that has lost its primary: REDIS_URL must name the primary."),
    (ClusterDownError, "The Redis cluster is down: not all of its nodes work."),
    (MovedError, NEEDS_CLUSTER_SCHEME),
    (socket.gaierror, "Could not find the host that REDIS_URL names: check its name, and this machine's DNS."),
    ((NoConnection, NoAnswer, OSError, TimeoutError), StoreDown.sentence),
)
_CERTIFICATE_CURES = {
    "isn't trusted": ": add ?ssl_ca_certs=/path/to/ca.pem to REDIS_URL, or set SSL_CERT_FILE.",
    "is for another name": " than REDIS_URL gives the server: use the name that it is for.",
    "has expired": ": it needs a new one.",
}
_FORBIDDEN = re.compile(r"run the '([\w|-]+)' command")
_UNKNOWN = re.compile(r"unknown (?:redis )?command:? ['\"`]?([\w|-]+)", re.IGNORECASE)


def sentence_of(error: Exception) -> str:
    """Return the sentence for an error of redis-py or of a connection."""
    said = str(error)
    for phrase, sentence in _PHRASES.items():
        if phrase in said:
            return sentence
    if isinstance(error, NoPermissionError):
        return _forbidden(said)
    if unknown := _UNKNOWN.search(said):
        return _missing(unknown[1].upper())
    if sentence := _tls_sentence(error):
        return sentence
    nearest_first = [error, *(cause for cause in causes(error) if isinstance(cause, socket.gaierror))]
    for kind, sentence in _KINDS:
        if any(isinstance(one, kind) for one in nearest_first):
            return sentence
    return "Redis did not do what it was asked."


def _forbidden(said: str) -> str:
    """Return what the access control list lacks (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/)."""
    found = _FORBIDDEN.search(said)
    command = found[1].upper() if found else ""
    if command in _SCRIPT_COMMANDS:
        return f"{_NO_SCRIPTS}: add +@scripting to the user (ACL SETUSER)."
    if command:
        return f"Redis doesn't let this user run {command}: add +@all -@admin to the user (ACL SETUSER)."
    what, rule = ("channels", "&lark:*") if "channel" in said else ("keys", "~lark:*")
    return f"Redis doesn't let this user use the {what} lark:*: add {rule} to the user (ACL SETUSER)."


def _missing(command: str) -> str:
    if command in _SCRIPT_COMMANDS:
        return f"{_NO_SCRIPTS}: its configuration must not rename or forbid EVAL, EVALSHA and SCRIPT."
    return f"Redis doesn't know the command {command}, which Paperlark needs: use Redis 7.0 or newer, or Valkey."


def _tls_sentence(error: Exception) -> str:
    """Return what is wrong with the encrypted connection; empty if that isn't it."""
    if fault := certificate_fault(error):
        return f"Redis's certificate {fault}{_CERTIFICATE_CURES.get(fault, '')}"
    tls = next((one for one in causes(error) if isinstance(one, ssl.SSLError)), None)
    if tls and "ALERT" in str(tls) and ("CERTIFICATE" in str(tls) or "HANDSHAKE" in str(tls)):
        return "Redis asks for a client's certificate: add ?ssl_certfile=…&ssl_keyfile=… to REDIS_URL."
    return ""
