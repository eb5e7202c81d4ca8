"""Slack credentials: one workspace's token, or an app that many workspaces install."""

from dataclasses import field

from bot.app.settings import Settings, plain
from bot.delivery.installations import Installations
from bot.domain.frozen import frozen
from bot.infra.fingerprint import fingerprint


@frozen
class SlackAccess:
    """Slack credentials. With an app token the bot connects by Socket Mode; otherwise Slack calls `port` on `host`.

    With `client_id`, `client_secret` and `installations`, workspaces install the app at `port` (OAuth).
    """

    bot_token: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 3000
    api_url: str = "https://slack.com/api/"
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    installations: Installations | None = field(default=None, repr=False)

    @property
    def token_mark(self) -> str:
        """Return the fingerprint under which refusals of tokens are remembered for each team.

        An installation's token changes with each renewal; what was refused counts until the team installs again.
        """
        return fingerprint(f"{self.client_id}:{self.bot_token}" if self.installations else self.bot_token or "")


def access(settings: Settings, installations: Installations | None = None) -> SlackAccess:
    """Return the access that the settings give."""
    return SlackAccess(
        bot_token=plain(settings.slack_bot_token),
        app_token=plain(settings.slack_app_token),
        signing_secret=plain(settings.slack_signing_secret),
        host=settings.slack_host,
        port=settings.slack_port,
        api_url=settings.slack_api_url,
        client_id=plain(settings.slack_client_id),
        client_secret=plain(settings.slack_client_secret),
        installations=installations,
    )
