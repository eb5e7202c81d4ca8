"""Settings, read here and nowhere else, from the environment and `.env`, and checked before anything starts."""

import os
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.app.env_file import ENV_FILE, env_file_encoding
from bot.domain.errors import BadInput
from bot.domain.mailbox import read_address
from bot.infra.secret_box import SecretBox, key_in
from bot.infra.shares import HourlyShares
from bot.summaries.budget import Allowance, Budget, Prices, in_micro_dollars

ARXIV_SECONDS = 3.0
"""arXiv's terms allow at most one request every three seconds (https://info.arxiv.org/help/api/tou.html)."""
OPENAI = "https://api.openai.com/v1"

ASKED_DAILY_TOKENS = 2_500_000
"""Some 2,000 summaries of abstracts a day: 100 for each of a team of 20."""

ARXIV_OAI = "https://oaipmh.arxiv.org/oai"
"""arXiv's OAI-PMH address since March 2025 (https://info.arxiv.org/help/oa/index.html)."""

ARXIV_HTML = "https://arxiv.org/html"
"""Papers as web pages, for most papers written in LaTeX since December 2023.

Source: https://info.arxiv.org/about/accessible_HTML.html
"""

ARXIV_AUTHORS = "https://arxiv.org/a"
"""arXiv's listings by author identifier (https://info.arxiv.org/help/author_identifiers.html)."""

_SHARED = ("https_proxy", "http_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
"""The settings that clients read from the environment: `bot/infra/http/proxies.py` and `bot/infra/tls.py`."""


class Settings(BaseSettings):
    """Every setting by its name in lower case. An empty value counts as unset. Secrets aren't printed."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)

    def __init__(self, **values: Any) -> None:
        """Read the settings; `values` come before the environment's and the file's.

        Raise ValidationError for wrong values, and BotError if `.env` can't be read.
        """
        super().__init__(**{"_env_file_encoding": env_file_encoding(), **values})

    redis_url: SecretStr | None = None
    paperlark_home: Path = Field(default_factory=lambda: Path.home() / ".paperlark")
    paperlark_model: Path | None = None
    paperlark_encryption_keys: SecretStr | None = None

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: SecretStr | None = None
    slack_client_secret: SecretStr | None = None
    slack_host: str = "127.0.0.1"
    slack_port: int = Field(default=3000, ge=1, le=65535)
    slack_api_url: str = "https://slack.com/api/"

    discord_token: SecretStr | None = None
    discord_api_url: str = "https://discord.com/api/v10"

    email_host: str | None = None
    email_port: int | None = Field(default=None, ge=1, le=65535)
    email_user: str | None = None
    email_password: SecretStr | None = None
    email_from: str | None = None
    email_tls: Literal["starttls", "tls", "none"] = "starttls"
    email_secret: SecretStr | None = Field(default=None, min_length=16)
    paperlark_url: str | None = None

    openai_api_key: SecretStr | None = None
    openai_base_url: str = OPENAI
    openai_model: str = "gpt-5.6-mini"
    openai_embedding_model: str | None = None
    openai_concurrency: int = Field(default=8, ge=1, le=64)
    openai_timeout_seconds: float = Field(default=30.0, ge=1, le=3600)
    openai_daily_tokens: int | None = Field(default=None, ge=1)
    openai_monthly_tokens: int | None = Field(default=None, ge=1)
    openai_daily_dollars: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    openai_monthly_dollars: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    openai_asked_daily_tokens: int | None = Field(default=None, ge=0)
    openai_person_daily_tokens: int = Field(default=250_000, ge=0)
    openai_input_price: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    openai_output_price: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    arxiv_api_url: str = "https://export.arxiv.org/api/query"
    arxiv_rss_url: str = "https://rss.arxiv.org/rss"
    arxiv_oai_url: str | None = None
    arxiv_html_url: str | None = None
    arxiv_author_url: str | None = None
    paperlark_full_text_tokens: int = Field(default=0, ge=0, le=100_000)
    arxiv_min_interval_seconds: float = Field(default=ARXIV_SECONDS, ge=0)
    datacite_url: str = "https://api.datacite.org"
    huggingface_url: str = "https://huggingface.co"
    zotero_url: str = "https://api.zotero.org"
    openalex_url: str = "https://api.openalex.org"
    openalex_api_key: SecretStr | None = None
    semantic_scholar_url: str = "https://api.semanticscholar.org"
    semantic_scholar_api_key: SecretStr | None = None

    paperlark_person_hourly_steps: int = Field(default=300, ge=0)
    paperlark_team_hourly_steps: int = Field(default=3_000, ge=0)

    https_proxy: SecretStr | None = None
    http_proxy: SecretStr | None = None
    all_proxy: SecretStr | None = None
    no_proxy: str | None = None
    ssl_cert_file: str | None = None
    ssl_cert_dir: str | None = None

    paperlark_log: Literal["text", "json"] = "text"
    paperlark_port: int | None = Field(default=None, ge=1, le=65535)
    paperlark_host: str = "127.0.0.1"

    @field_validator(
        "slack_api_url", "discord_api_url", "openai_base_url", "arxiv_api_url", "arxiv_rss_url",
        "arxiv_oai_url", "arxiv_html_url", "arxiv_author_url", "datacite_url", "huggingface_url", "openalex_url",
        "semantic_scholar_url", "zotero_url", "paperlark_url",
    )  # fmt: skip
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # of a port or an IPv6 address
            is_address = False
        if not is_address:
            raise ValueError("isn't an http or https address")
        return value

    @field_validator("paperlark_encryption_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            SecretBox(_keys_in(value)) if value else None
        except ValueError:
            raise ValueError("isn't a list of keys; make one with: openssl rand -base64 32 | tr '+/' '-_'") from None
        return value

    @model_validator(mode="after")
    def _polite_to_arxiv(self) -> "Settings":
        optional = (self.harvest_url, self.full_text_url, self.author_url)
        asked = (self.arxiv_api_url, self.arxiv_rss_url, *filter(None, optional))
        if any(map(_is_arxivs, asked)) and self.arxiv_min_interval_seconds < ARXIV_SECONDS:
            raise ValueError("ARXIV_MIN_INTERVAL_SECONDS below 3 is refused: arXiv asks for 3 seconds between requests")
        return self

    @model_validator(mode="after")
    def _priced(self) -> "Settings":
        if (self.openai_input_price is None) != (self.openai_output_price is None):
            raise ValueError("OPENAI_INPUT_PRICE and OPENAI_OUTPUT_PRICE belong together: set both or neither")
        if self.openai_input_price is None and (self.openai_daily_dollars or self.openai_monthly_dollars):
            raise ValueError(
                "A limit in dollars needs the model's prices: set OPENAI_INPUT_PRICE and OPENAI_OUTPUT_PRICE"
            )
        return self

    @model_validator(mode="after")
    def _embeds(self) -> "Settings":
        if self.openai_embedding_model and not self.model_configured:
            raise ValueError("OPENAI_EMBEDDING_MODEL needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server without keys")
        return self

    @model_validator(mode="after")
    def _mails(self) -> "Settings":
        if (self.email_host is None) != (self.email_from is None):
            raise ValueError("EMAIL_HOST and EMAIL_FROM belong together: set both or neither")
        if (self.email_user is None) != (self.email_password is None):
            raise ValueError("EMAIL_USER and EMAIL_PASSWORD belong together: set both or neither")
        if self.email_password and self.email_tls == "none" and not _is_here(self.email_host or ""):
            raise ValueError("EMAIL_TLS=none would send EMAIL_PASSWORD for all to read: set starttls or tls")
        return self

    @field_validator("email_from")
    @classmethod
    def _is_sender(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                read_address(parseaddr(value)[1])
            except BadInput:
                raise ValueError("isn't an e-mail address: write it as Paperlark <papers@example.org>") from None
        return value

    @field_validator("paperlark_url")
    @classmethod
    def _is_encrypted(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value and parts.scheme != "https" and not _is_here(parts.hostname or ""):
            raise ValueError("has to begin with https://: mail programs unsubscribe in no other way")
        if value and (parts.query or parts.fragment or not value.isascii() or not value.isprintable() or " " in value):
            raise ValueError("is not an address to which a path can be added")
        return value

    @property
    def mail_port(self) -> int:
        """Return the mail server's port: 587 with a login, 465 with TLS from the first byte (RFC 8314), else 25."""
        return self.email_port or {"starttls": 587, "tls": 465, "none": 25}[self.email_tls]

    @property
    def budget(self) -> Budget:
        """Return the model's budget."""
        given, written = self.openai_input_price, self.openai_output_price
        return Budget(
            Allowance(self.openai_daily_tokens, in_micro_dollars(self.openai_daily_dollars)),
            Allowance(self.openai_monthly_tokens, in_micro_dollars(self.openai_monthly_dollars)),
            None if given is None or written is None else Prices(given, written),
            asked=Allowance(self.asked_daily_tokens or None),
            person=Allowance(self.openai_person_daily_tokens or None),
        )

    @property
    def asked_daily_tokens(self) -> int:
        """Return the most tokens a day for what people ask for, 0 for no limit: the rest is for digests."""
        if self.openai_asked_daily_tokens is not None:
            return self.openai_asked_daily_tokens
        return min(ASKED_DAILY_TOKENS, (self.openai_daily_tokens or ASKED_DAILY_TOKENS * 2) // 2)

    @property
    def hourly_shares(self) -> HourlyShares:
        """Return the costly steps that a person and a team may cause in an hour."""
        return HourlyShares(self.paperlark_person_hourly_steps, self.paperlark_team_hourly_steps)

    @property
    def harvest_url(self) -> str | None:
        """Return the OAI-PMH address; None if unset for a mirror of the API, which names no harvest of its own."""
        return self.arxiv_oai_url or (ARXIV_OAI if _is_arxivs(self.arxiv_api_url) else None)

    @property
    def author_url(self) -> str | None:
        """Return the address of author identifiers; None if unset for a mirror of the API, which may have none."""
        return self.arxiv_author_url or (ARXIV_AUTHORS if _is_arxivs(self.arxiv_api_url) else None)

    @property
    def full_text_url(self) -> str | None:
        """Return the address of papers as web pages; None if turned off, or unset for a mirror of the API."""
        if not self.paperlark_full_text_tokens:
            return None
        return self.arxiv_html_url or (ARXIV_HTML if _is_arxivs(self.arxiv_api_url) else None)

    @property
    def model_configured(self) -> bool:
        """Return True if a key is set, or the address of a server that may need none."""
        return self.openai_api_key is not None or self.openai_base_url.rstrip("/") != OPENAI

    @cached_property
    def secret_box(self) -> SecretBox:
        """The encryption of what is stored: the keys that are set, else this home's own. May raise OSError."""
        return SecretBox(_keys_in(self.paperlark_encryption_keys) or [key_in(self.paperlark_home)])

    def share(self) -> None:
        """Put proxies and certificates that only `.env` names into the environment, where clients look for them."""
        there = {name.lower() for name, value in os.environ.items() if value}
        for name in _SHARED:
            value = getattr(self, name)
            if value and name not in there:
                os.environ[name.upper()] = plain(value) if isinstance(value, SecretStr) else value

    @property
    def has_own_network(self) -> bool:
        """Return True if a proxy or certificates are set, which may be wrong."""
        return any(getattr(self, name) for name in _SHARED)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown: each secret's value, and the password in Redis' address by itself."""
        values = (getattr(self, name) for name in type(self).model_fields)
        hidden = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        return (*hidden, *(password for password in map(_password, hidden) if password))


def plain(secret: SecretStr | None) -> str:
    """Return a secret's value; empty if it isn't set."""
    return secret.get_secret_value() if secret else ""


def _keys_in(keys: SecretStr | None) -> list[str]:
    return [key for key in (one.strip() for one in plain(keys).split(",")) if key]


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def _is_arxivs(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "arxiv.org" or host.endswith(".arxiv.org")
