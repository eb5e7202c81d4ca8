"""Mistakes in settings that the doctor tells before any call, and none is said of settings that are right."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.cli.doctor import mistakes
from bot.app.doctor.findings import Finding, State
from bot.app.doctor.mistakes import name_findings
from bot.app.env_file import given_names
from bot.app.settings import Settings

BOT, APP, SECRET = "xoxb-1-5ecret", "xapp-1-5ecret", "0123456789abcdef0123456789abcdef"
DISCORD = "OTAwMDAwMDAwMDAwMDAwMDAx.GabcdE.5ecret-5ecret-5ecret-5ecret-5ecret12"
BOT_FROM = "SLACK_BOT_TOKEN takes a bot token (xoxb-…), from OAuth & Permissions, Bot User OAuth Token, of your app."
APP_FROM = "SLACK_APP_TOKEN takes an app-level token (xapp-…), from Basic Information, App-Level Tokens, of your app."
DISCORD_FROM = "DISCORD_TOKEN takes a bot token (three parts with dots), from Bot, Reset Token, of your application."

CLIENT = "1234567890.9876543210"
ID_FROM = (
    "SLACK_CLIENT_ID takes a client ID (two numbers with a dot), from Basic Information, App Credentials, of your app."
)
SECRET_FROM = (
    "SLACK_CLIENT_SECRET takes a client secret (32 characters), from Basic Information, App Credentials, of your app."
)

MISTAKES = [
    ("slack_bot_token", APP, f"It holds an app-level token (xapp-…): put that into SLACK_APP_TOKEN. {BOT_FROM}"),
    ("slack_app_token", BOT, f"It holds a bot token (xoxb-…): put that into SLACK_BOT_TOKEN. {APP_FROM}"),
    ("slack_bot_token", "xoxp-5ecret", f"It holds a user token (xoxp-…): I can't use that. {BOT_FROM}"),
    ("slack_bot_token", "xoxe.xoxp-5ecret", f"It holds a user token (xoxp-…): I can't use that. {BOT_FROM}"),
    ("slack_bot_token", "xoxe-5ecret", f"It holds a token that expires (xoxe…): I can't use that. {BOT_FROM}"),
    ("slack_bot_token", "xoxa-5ecret", f"It holds another kind of Slack token: I can't use that. {BOT_FROM}"),
    (
        "slack_bot_token",
        "https://hooks.slack.com/services/T1/5ecret",
        f"It holds the address of a webhook: I can't use that. {BOT_FROM}",
    ),
    (
        "slack_bot_token",
        SECRET,
        f"It holds a signing secret (32 characters): put that into SLACK_SIGNING_SECRET. {BOT_FROM}",
    ),
    (
        "slack_bot_token",
        DISCORD,
        f"It holds a bot token (three parts with dots): put that into DISCORD_TOKEN. {BOT_FROM}",
    ),
    ("discord_token", BOT, f"It holds a bot token (xoxb-…): put that into SLACK_BOT_TOKEN. {DISCORD_FROM}"),
    (
        "discord_token",
        "900000000000000002",
        f"It holds an application's or a person's id: I can't use that. {DISCORD_FROM}",
    ),
    ("discord_token", "0a" * 32, f"It holds a public key: I can't use that. {DISCORD_FROM}"),
    ("discord_token", f"Bot {DISCORD}", f"It holds the word Bot before the token: I can't use that. {DISCORD_FROM}"),
    (
        "discord_token",
        "sk-5ecret",
        f"It holds an API key (sk-…): put that into OPENAI_API_KEY. {DISCORD_FROM}",
    ),
    (
        "slack_client_id",
        SECRET,
        f"It holds a signing secret (32 characters): put that into SLACK_SIGNING_SECRET. {ID_FROM}",
    ),
    (
        "slack_client_secret",
        CLIENT,
        f"It holds a client ID (two numbers with a dot): put that into SLACK_CLIENT_ID. {SECRET_FROM}",
    ),
    ("slack_client_id", CLIENT, f"It is of no use without SLACK_CLIENT_SECRET, which isn't set. {SECRET_FROM}"),
    ("slack_client_secret", SECRET, f"It is of no use without SLACK_CLIENT_ID, which isn't set. {ID_FROM}"),
    ("slack_bot_token", f'"{BOT}"', "It has quotes around it: remove them."),
    ("discord_token", f"'{DISCORD}", "It has quotes around it: remove them."),
    ("discord_token", f"“{DISCORD}”", "It has quotes around it: remove them."),
    ("openai_model", '"gpt-5.6-mini"', "It has quotes around it: remove them."),
    ("slack_bot_token", f"{BOT} ", "It has a space around it: remove that."),
    ("slack_bot_token", f"{BOT}\n", "It has a space around it: remove that."),
    ("slack_bot_token", "xoxb-1 5ecret", "It has a space in it: copy it again."),
    ("slack_bot_token", "<your token>", "It has a space in it: copy it again."),
    ("slack_bot_token", "<token>", f"It is still a placeholder. {BOT_FROM}"),
    ("discord_token", "your-token-here", f"It is still a placeholder. {DISCORD_FROM}"),
    ("discord_token", "changeme", f"It is still a placeholder. {DISCORD_FROM}"),
]


def settings(**values: str) -> Settings:
    secret = {"slack_bot_token", "slack_app_token", "slack_signing_secret", "discord_token", "openai_api_key"}
    secret |= {"slack_client_id", "slack_client_secret"}
    return Settings.model_construct(
        **{name: SecretStr(value) if name in secret else value for name, value in values.items()}
    )


@pytest.mark.parametrize(("name", "value", "said"), MISTAKES)
def test_a_mistake_is_told_with_where_the_right_value_is_found(name: str, value: str, said: str) -> None:
    others = {"slack_bot_token": BOT} if name == "slack_app_token" else {}
    found = mistakes(settings(**{**others, name: value}))
    assert found == {name: said}
    assert "5ecret" not in said


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"slack_bot_token": BOT, "slack_app_token": APP},
        {"slack_bot_token": BOT, "slack_signing_secret": SECRET},
        {"slack_bot_token": "xoxb-a", "slack_signing_secret": "s3cret"},
        {"slack_client_id": CLIENT, "slack_client_secret": SECRET, "slack_signing_secret": SECRET},
        {"slack_client_id": CLIENT, "slack_client_secret": SECRET, "slack_app_token": APP},
        {"discord_token": DISCORD},
        {"discord_token": "bot-token"},
        {"openai_api_key": "anything", "openai_model": "gpt-5.6-mini"},
        {"openai_api_key": SECRET},
        {"openai_api_key": SECRET * 2},
        {"email_from": '"Paperlark, the bot" <papers@example.org>'},
    ],
)
def test_nothing_is_said_of_what_is_right(right: dict[str, str]) -> None:
    assert mistakes(settings(**right)) == {}


@pytest.mark.parametrize("alone", ["slack_app_token", "slack_signing_secret"])
def test_a_token_that_is_of_no_use_alone_is_a_fault(alone: str) -> None:
    found = mistakes(settings(**{alone: APP if alone == "slack_app_token" else SECRET}))
    assert found == {alone: f"It is of no use without SLACK_BOT_TOKEN, which isn't set. {BOT_FROM}"}


def named(environment: tuple[str, ...] = (), file: tuple[str, ...] = ()) -> list[Finding]:
    return name_findings(Settings.model_fields, environment, file)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("SLACK_TOKEN", "SLACK_BOT_TOKEN"),
        ("slack_bot_tokne", "SLACK_BOT_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("PAPERLARK_HOMES", "PAPERLARK_HOME"),
        ("ARXIV_API_URI", "ARXIV_API_URL"),
        ("REDIS_URI", "REDIS_URL"),
    ],
)
def test_a_misspelt_name_is_a_fault_with_the_nearest_setting(typed: str, meant: str) -> None:
    expected = [Finding(typed.upper(), State.WRONG, f"This isn't a setting: did you mean {meant}?")]
    assert named(environment=(typed,)) == expected
    assert named(file=(typed,)) == expected


def test_a_name_in_the_file_needs_no_known_beginning() -> None:
    assert [one.name for one in named(file=("SLAK_BOT_TOKEN",))] == ["SLAK_BOT_TOKEN"]
    assert named(environment=("SLAK_BOT_TOKEN", "PATH", "HTTPS_PROXY", "TZ")) == []


def test_names_of_other_programs_are_one_warning() -> None:
    (found,) = named(environment=("SLACK_WEBHOOK_URL", "REDIS_PASSWORD", "OPENAI_API_BASE"))
    assert found == Finding(
        "Unknown settings",
        State.WARNING,
        "OPENAI_API_BASE (did you mean OPENAI_BASE_URL?), REDIS_PASSWORD and SLACK_WEBHOOK_URL. I ignore them.",
    )
    (many,) = named(environment=tuple(f"REDIS_NODE_{node}" for node in range(30)))
    assert many.note.endswith("and 22 more. I ignore them.")


def test_what_kubernetes_and_docker_set_for_each_service_is_no_matter() -> None:
    assert named(("PAPERLARK_SERVICE_HOST", "PAPERLARK_PORT_80_TCP", "REDIS_PORT_6379_TCP_ADDR")) == []


def test_a_near_name_beside_the_right_one_is_a_warning_alone() -> None:
    assert [one.state for one in named(("OPENAI_MODEL", "OPENAI_MODEL_NAME"))] == [State.WARNING]


def test_lines_that_set_nothing_are_told_by_their_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# SLACK_X=1\nexport DISCORD_TOKEN=x\n\nSLACK_BOT_TOKEN: xoxb\nREDIS_URL =y\nSLACK_APP_TOKEN= # none\n"
    )
    given = given_names(file)
    assert given.file == ("DISCORD_TOKEN", "REDIS_URL")
    assert given.unreadable == ("I can't read line 4: write NAME=value.",)
    file.write_bytes(b"\xff")
    assert given_names(file).file == given_names(tmp_path / "none").file == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_names_of_a_file_are_read_in_its_own_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / ".env"
    file.write_text("SLAK_BOT_TOKEN=x\nREDIS_URL=y\n", encoding)
    assert given_names(file).file == ("SLAK_BOT_TOKEN", "REDIS_URL")
