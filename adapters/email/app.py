"""The e-mail platform: its access, its messenger, and a check of the mail server."""

from adapters.email.messenger import EmailMessenger
from adapters.email.smtp import EmailAccess, signed_in
from adapters.http.unsubscribe import Signer
from bot.app.settings import Settings, plain
from bot.infra.clock import SystemClock

__all__ = ["EmailAccess", "access", "check", "messenger", "signer"]


def access(settings: Settings) -> EmailAccess:
    """Return the access that the settings give."""
    return EmailAccess(
        host=settings.email_host or "",
        port=settings.mail_port,
        sender=settings.email_from or "",
        user=settings.email_user or "",
        password=plain(settings.email_password),
        tls=settings.email_tls,
        url=settings.paperlark_url or "",
        secret=plain(settings.email_secret),
    )


def messenger(access: EmailAccess) -> EmailMessenger:
    """Return a messenger that dates each e-mail when it is sent, not by the digest. Raise BadInput for EMAIL_FROM."""
    return EmailMessenger(access, SystemClock().now)


def signer(access: EmailAccess) -> Signer | None:
    """Return the signer of unsubscribe links, or None if an address or a secret is missing."""
    return Signer(access.url, access.secret) if access.url and access.secret else None


async def check(access: EmailAccess) -> str:
    """Connect and sign in for `doctor`. Raise BotError that says what is wrong and how to fix it."""
    async with signed_in(access):
        pass
    how = {"tls": "over TLS", "starttls": "with STARTTLS", "none": "unencrypted"}[access.tls]
    known = f"signed in as {access.user}" if access.user else "no sign-in"
    missing = [name for name, value in (("PAPERLARK_URL", access.url), ("EMAIL_SECRET", access.secret)) if not value]
    links = f"no one-click unsubscribe without {' and '.join(missing)}" if missing else "one-click unsubscribe"
    return f"{access.host}:{access.port} answers {how}, {known}, {links}"
