"""E-mail as one of the platforms: who speaks to the mail server, and whether that works."""

from adapters.email.messenger import EmailMessenger
from adapters.email.smtp import EmailAccess, signed_in
from adapters.http.unsubscribe import Signer
from bot.app.settings import Settings, plain
from bot.infra.clock import SystemClock

__all__ = ["EmailAccess", "access", "check", "messenger", "signer"]


def access(settings: Settings) -> EmailAccess:
    """The access that the settings give."""
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
    """Sends letters, each dated when it is sent, whatever instant its digest is for. Raises BadInput of EMAIL_FROM."""
    return EmailMessenger(access, SystemClock().now)


def signer(access: EmailAccess) -> Signer | None:
    """Who makes unsubscribe links; None where there are none, as an address or a secret is missing."""
    return Signer(access.url, access.secret) if access.url and access.secret else None


async def check(access: EmailAccess) -> str:
    """For `doctor`: connects and signs in. Raises BotError that says what is wrong and how to mend it."""
    async with signed_in(access):
        pass
    how = {"tls": "over TLS", "starttls": "with STARTTLS", "none": "unencrypted"}[access.tls]
    known = f"signed in as {access.user}" if access.user else "no sign-in"
    missing = [name for name, value in (("PAPERLARK_URL", access.url), ("EMAIL_SECRET", access.secret)) if not value]
    links = f"no one-click unsubscribe without {' and '.join(missing)}" if missing else "one-click unsubscribe"
    return f"{access.host}:{access.port} answers {how}, {known}, {links}"
