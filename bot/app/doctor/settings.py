"""What the doctor says of each setting."""

from collections.abc import Iterator, Mapping

from bot.app.doctor.findings import Finding, State
from bot.app.doctor.mistakes import name_findings
from bot.app.env_file import GivenNames
from bot.app.settings import ASKED_DAILY_TOKENS, Settings

_UNSET = {
    "redis_url": "I use the embedded Valkey under PAPERLARK_HOME",
    "paperlark_model": "I use models/minilm in PAPERLARK_HOME, or the model that make prepared, or words alone",
    "paperlark_encryption_keys": "the key is made in PAPERLARK_HOME; several machines need the same one here",
    "arxiv_oai_url": "arXiv's own if the host of ARXIV_API_URL is arxiv.org, else none",
    "openai_api_key": "key points are extracted from the abstract",
    "openai_embedding_model": "texts are compared by the model of PAPERLARK_MODEL",
    "openai_daily_tokens": "no limit",
    "openai_monthly_tokens": "no limit",
    "openai_asked_daily_tokens": f"{ASKED_DAILY_TOKENS:,}, or half of OPENAI_DAILY_TOKENS where that is less",
    "openai_daily_dollars": "no limit",
    "openai_monthly_dollars": "no limit",
    "openai_input_price": "I don't show costs",
    "openai_output_price": "I don't show costs",
    "https_proxy": "https:// addresses are reached directly",
    "http_proxy": "http:// addresses are reached directly",
    "ssl_cert_file": "this system's certificates and Mozilla's are trusted",
    "semantic_scholar_api_key": "Semantic Scholar's figures come from a shared pool, and often don't",
    "paperlark_port": "no /healthz and /metrics",
}


def settings_findings(
    settings: Settings, mistakes: Mapping[str, str], unset: Mapping[str, str], given: GivenNames
) -> Iterator[Finding]:
    """Yield a finding for each setting, and for names that somebody set although there is no such setting.

    `mistakes` are sentences by a setting's name, `unset` what happens while a platform's setting is unset. Secrets are
    never shown.
    """
    fields = type(settings).model_fields
    for name in fields:
        mistake = mistakes.get(name)
        if mistake:
            yield Finding(name.upper(), State.WRONG, mistake)
        else:
            yield _setting(settings, name, {**_UNSET, **unset})
    yield from name_findings(fields, given.environment, given.file, given.unreadable)


def _setting(settings: Settings, name: str, unset: Mapping[str, str]) -> Finding:
    label, value = name.upper(), getattr(settings, name)
    if value is None:
        return Finding(label, State.MISSING, unset.get(name, ""))
    secret = hasattr(value, "get_secret_value")
    default = "" if name in settings.model_fields_set else " (default)"
    return Finding(label, State.WORKS, "set" if secret else f"{value}{default}")
