"""Why a Redis can't be used at all, found by looking once more: does it speak TLS, or has it that database?"""

import asyncio
import ssl
from contextlib import suppress

from redis.asyncio import Redis
from redis.asyncio.connection import SSLConnection
from redis.exceptions import ResponseError

from bot.domain.errors import StoreDown
from bot.infra.redis.faults import sentence_of
from bot.infra.tls import causes

_PROBE_SECONDS = 2.0


async def diagnosis(client: Redis, error: Exception) -> str:
    """Return the sentence for an error of the client's first command."""
    pool = client.connection_pool
    address, encrypted = pool.connection_kwargs, issubclass(pool.connection_class, SSLConnection)
    if isinstance(error, ResponseError) and "DB index" in str(error):
        return f"Redis has no database {address.get('db')}: the number at the end of REDIS_URL is too high."
    sentence = sentence_of(error)
    if sentence != StoreDown.sentence or "host" not in address:
        return sentence
    if encrypted:
        return await _encrypted(address["host"], address["port"], error) or sentence
    if await _speaks_tls(address["host"], address["port"]):
        return "That Redis speaks TLS: REDIS_URL must start with rediss://, not redis://."
    return sentence


async def _encrypted(host: str, port: int, error: Exception) -> str:
    """Return the sentence for a fault of an encrypted connection; empty if there is none."""
    if any(isinstance(cause, FileNotFoundError | PermissionError) for cause in causes(error)):
        return "A file that REDIS_URL names can't be read: check ssl_ca_certs, ssl_certfile and ssl_keyfile."
    if await _speaks_plainly(host, port):
        return "That Redis doesn't speak TLS: REDIS_URL must start with redis://, not rediss://."
    alert = await _alert(host, port)
    return sentence_of(alert) if alert else ""


async def _speaks_plainly(host: str, port: int) -> bool:
    """Return True if an unencrypted PING is answered, in whatever words."""
    answer = b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PROBE_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"PING\r\n")
                answer = await reader.read(1)
            finally:
                writer.close()
    return answer in {b"+", b"-"}


async def _alert(host: str, port: int) -> ssl.SSLError | None:
    """Return the alert with which the server ends a TLS connection on which nothing is sent.

    It says so only after the handshake (TLS 1.3), and after a command a reset may come before the alert is read.
    """
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=_trusting_anything())
            try:
                await reader.read(1)
            finally:
                writer.transport.abort()  # `close` would wait for the server's farewell, after this process too
    except ssl.SSLError as error:
        return error
    except (OSError, TimeoutError):
        return None
    return None


async def _speaks_tls(host: str, port: int) -> bool:
    """Return True if a TLS handshake begins; nothing is sent, so the certificate doesn't matter."""
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=_trusting_anything())
            writer.transport.abort()
    except ssl.SSLError as error:
        return "ALERT" in str(error)  # it wants another version or a certificate of ours
    except (OSError, TimeoutError):
        return False
    return True


def _trusting_anything() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
