"""The settings: each listed in `.env.example`, each wrong one refused in a plain line, none of them printed."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.__main__ import setting_faults
from bot.app.settings import Settings
from bot.summaries.budget import Allowance, Tokens

EXAMPLE = Path(__file__).parents[3] / ".env.example"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_setting_stands_in_the_example_and_nothing_else() -> None:
    lines = EXAMPLE.read_text().splitlines()
    named = [line.partition("=")[0].lower() for line in lines if "=" in line and not line.startswith("#")]
    assert named == list(dict.fromkeys(named))
    assert set(named) == set(Settings.model_fields)


def test_the_example_copied_as_it_is_means_the_defaults() -> None:
    Path(".env").write_text(EXAMPLE.read_text())
    assert Settings().model_dump() == Settings(_env_file=None).model_dump()  # type: ignore[call-arg]
    assert not Settings().model_configured


def test_arxiv_is_never_asked_faster_than_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARXIV_MIN_INTERVAL_SECONDS", "1")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert setting_faults(refused.value) == [
        "ARXIV_MIN_INTERVAL_SECONDS below 3 is refused: arXiv asks for 3 seconds between requests"
    ]


def test_a_server_of_ones_own_may_be_asked_as_fast_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARXIV_API_URL", "http://127.0.0.1:1/api/query")
    monkeypatch.setenv("ARXIV_RSS_URL", "http://127.0.0.1:1/rss")
    monkeypatch.setenv("ARXIV_MIN_INTERVAL_SECONDS", "0")
    assert Settings().arxiv_min_interval_seconds == 0


@pytest.mark.parametrize("name", ["ARXIV_API_URL", "ARXIV_RSS_URL", "ARXIV_OAI_URL"])
def test_one_address_of_arxivs_is_enough_to_keep_to_its_pace(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in ("ARXIV_API_URL", "ARXIV_RSS_URL", "ARXIV_OAI_URL"):
        monkeypatch.setenv(other, "http://127.0.0.1:1/")
    monkeypatch.setenv(name, "https://oaipmh.arxiv.org/oai")
    monkeypatch.setenv("ARXIV_MIN_INTERVAL_SECONDS", "0")
    with pytest.raises(ValidationError):
        Settings()


def test_the_harvest_is_arxivs_only_while_the_api_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().harvest_url == "https://oaipmh.arxiv.org/oai"
    monkeypatch.setenv("ARXIV_API_URL", "http://127.0.0.1:1/api/query")
    assert Settings().harvest_url is None
    monkeypatch.setenv("ARXIV_OAI_URL", "http://127.0.0.1:1/oai")
    assert Settings().harvest_url == "http://127.0.0.1:1/oai"


def test_a_wrong_value_is_named_by_its_setting_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_PORT", "seven-secrets")
    monkeypatch.setenv("DISCORD_API_URL", "ftp://seven-secrets")
    with pytest.raises(ValidationError) as refused:
        Settings()
    faults = setting_faults(refused.value)
    assert [fault.split()[0] for fault in faults] == ["SLACK_PORT", "DISCORD_API_URL"]
    assert "seven-secrets" not in " ".join(faults)


@pytest.mark.parametrize(
    "address", ["http://x:abc/v1", "http://x:99999/v1", "http://[::1/v1", "localhost:11434", "https://"]
)
def test_an_address_without_a_sound_host_and_port_is_named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(ValidationError, match="isn't an http or https address"):
        Settings()


def test_secrets_do_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("REDIS_URL", "redis://:very-secret@localhost")
    assert "very-secret" not in repr(Settings())


def test_a_budget_is_read_in_tokens_and_dollars(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().budget.limited
    monkeypatch.setenv("OPENAI_DAILY_TOKENS", "50000")
    monkeypatch.setenv("OPENAI_MONTHLY_DOLLARS", "2.5")
    monkeypatch.setenv("OPENAI_INPUT_PRICE", "0.25")
    monkeypatch.setenv("OPENAI_OUTPUT_PRICE", "2")
    budget = Settings().budget
    assert (budget.day, budget.month) == (Allowance(tokens=50_000), Allowance(micro_dollars=2_500_000))
    assert budget.micro_dollars(Tokens(1000, 100)) == 450


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"OPENAI_DAILY_DOLLARS": "1"}, "A limit in dollars needs the model's prices"),
        ({"OPENAI_INPUT_PRICE": "1"}, "OPENAI_INPUT_PRICE and OPENAI_OUTPUT_PRICE belong together"),
        ({"OPENAI_EMBEDDING_MODEL": "m"}, "OPENAI_EMBEDDING_MODEL needs OPENAI_API_KEY, or OPENAI_BASE_URL"),
        ({"OPENAI_DAILY_TOKENS": "0"}, "OPENAI_DAILY_TOKENS"),
        ({"OPENAI_MONTHLY_DOLLARS": "nan"}, "OPENAI_MONTHLY_DOLLARS"),
        ({"OPENAI_CONCURRENCY": "1000"}, "OPENAI_CONCURRENCY"),
    ],
)
def test_a_budget_that_cannot_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert setting_faults(refused.value)[0].startswith(said)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"EMAIL_HOST": "mail.example.org"}, "EMAIL_HOST and EMAIL_FROM belong together"),
        ({"EMAIL_USER": "papers"}, "EMAIL_USER and EMAIL_PASSWORD belong together"),
        ({"EMAIL_FROM": "nobody"}, "EMAIL_FROM isn't an e-mail address"),
        ({"EMAIL_TLS": "maybe"}, "EMAIL_TLS"),
        ({"EMAIL_SECRET": "short"}, "EMAIL_SECRET"),
        ({"PAPERLARK_URL": "http://papers.example.org"}, "PAPERLARK_URL has to begin with https://"),
        ({"PAPERLARK_URL": "https://papers.example.org/?a"}, "PAPERLARK_URL is not an address"),
        (
            {"EMAIL_HOST": "m.example.org", "EMAIL_FROM": "a@example.org", "EMAIL_TLS": "none", "EMAIL_USER": "u"}
            | {"EMAIL_PASSWORD": "very-secret"},
            "EMAIL_TLS=none would send EMAIL_PASSWORD for all to read",
        ),
    ],
)
def test_mail_that_cannot_be_sent_safely_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert setting_faults(refused.value)[0].startswith(said)
    assert "very-secret" not in str(setting_faults(refused.value))


def test_the_port_of_mail_goes_with_how_it_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().mail_port == 587
    monkeypatch.setenv("EMAIL_TLS", "tls")
    assert Settings().mail_port == 465
    monkeypatch.setenv("EMAIL_PORT", "2525")
    assert Settings().mail_port == 2525


@pytest.mark.parametrize(("given", "seconds"), [("", 30.0), ("120", 120.0), ("2.5", 2.5), (" 600 ", 600.0)])
def test_a_model_may_take_as_long_as_is_set(monkeypatch: pytest.MonkeyPatch, given: str, seconds: float) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", given)
    assert Settings().openai_timeout_seconds == seconds


@pytest.mark.parametrize("given", ["0", "-5", "nan", "inf", "2 minutes", "99999"])
def test_a_model_is_waited_for_in_seconds_within_reason(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", given)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert setting_faults(refused.value)[0].startswith("OPENAI_TIMEOUT_SECONDS ")


@pytest.mark.parametrize(
    ("given", "tokens"),
    [
        ({}, 2_500_000),
        ({"OPENAI_DAILY_TOKENS": "50000"}, 25_000),
        ({"OPENAI_DAILY_TOKENS": "50000", "OPENAI_ASKED_DAILY_TOKENS": "40000"}, 40_000),
        ({"OPENAI_ASKED_DAILY_TOKENS": "0"}, None),
    ],
)
def test_what_people_ask_leaves_half_of_a_budget_to_digests_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], tokens: int | None
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings().budget.asked == Allowance(tokens)


def test_shares_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().hourly_shares.in_words() == "Costly steps an hour: 300 for a person, 3,000 for a team."
    for name in ("PAPERLARK_PERSON_HOURLY_STEPS", "PAPERLARK_TEAM_HOURLY_STEPS", "OPENAI_PERSON_DAILY_TOKENS"):
        monkeypatch.setenv(name, "0")
    assert Settings().hourly_shares.in_words() == "Costly steps an hour: no limit."
    assert not Settings().budget.person
