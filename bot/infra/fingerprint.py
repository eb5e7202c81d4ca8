"""Fingerprints of secrets."""

from hashlib import sha256


def fingerprint(secret: str) -> str:
    """Return 16 characters of the SHA-256: different for another secret, and useless to guess it."""
    return sha256(secret.encode()).hexdigest()[:16]
