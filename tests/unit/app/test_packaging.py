"""What runs the bot outside of a terminal: compose.yaml and the systemd unit."""

import configparser
import re
from pathlib import Path

import pytest
import yaml

from adapters.cli.run import END_SECONDS
from bot.app.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def compose() -> dict:
    return yaml.safe_load((REPOSITORY / "compose.yaml").read_text())


@pytest.fixture
def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(REPOSITORY / "docs" / "paperlark.service")
    return parser


def test_compose_starts_without_a_settings_file(compose: dict) -> None:
    """As the Compose specification has it: a file that isn't required may be missing."""
    assert compose["services"]["bot"]["env_file"] == [{"path": ".env", "required": False}]


def test_compose_waits_for_a_store_that_keeps_everything(compose: dict) -> None:
    bot, valkey = compose["services"]["bot"], compose["services"]["valkey"]
    assert bot["depends_on"] == {"valkey": {"condition": "service_healthy"}}
    assert valkey["command"][1:5] == ["--appendonly", "yes", "--appendfsync", "always"]
    assert valkey["volumes"] == ["valkey:/data"]
    assert bot["volumes"] == ["home:/data"], "its root can't be written"
    assert "valkey" in compose["volumes"]
    assert int(bot["stop_grace_period"].removesuffix("s")) > END_SECONDS


@pytest.mark.parametrize("name", ["bot", "valkey"])
def test_a_container_has_no_rights_and_a_root_that_it_cannot_write(compose: dict, name: str) -> None:
    """It had all of Docker's capabilities."""
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]


def test_images_are_named_by_digest_and_the_bot_runs_as_a_user_of_its_own(compose: dict) -> None:
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    images = [*re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE), compose["services"]["valkey"]["image"]]
    assert len(images) == 3
    assert all(re.search(r"@sha256:[0-9a-f]{64}$", image) for image in images)
    assert dockerfile.index("USER paperlark") < dockerfile.index("ENTRYPOINT")
    assert compose["services"]["valkey"]["user"] == "valkey"


def test_no_secret_and_no_history_gets_into_an_image() -> None:
    assert {".env", ".git", ".paperlark"} <= set((REPOSITORY / ".dockerignore").read_text().split())


def test_the_port_is_published_to_this_machine_alone_unless_somebody_says_otherwise(compose: dict) -> None:
    bot = compose["services"]["bot"]
    assert bot["ports"] == ["${SLACK_HOST:-127.0.0.1}:${SLACK_PORT:-3000}:${SLACK_PORT:-3000}"]
    assert bot["environment"]["SLACK_HOST"] == "0.0.0.0"


def test_the_unit_names_settings_that_exist_and_lets_run_end_by_itself(unit: configparser.RawConfigParser) -> None:
    service = unit["Service"]
    names = [pair.partition("=")[0] for pair in service["Environment"].split()]
    assert {name for name in names if name.startswith("PAPERLARK")} <= {name.upper() for name in Settings.model_fields}
    assert service["ExecStart"].endswith("/paperlark run")
    assert service["EnvironmentFile"].startswith("-"), "it starts without the file, too"
    assert int(service["TimeoutStopSec"]) > END_SECONDS
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_the_page_on_operations_is_linked_and_names_files_that_exist() -> None:
    page = (REPOSITORY / "docs" / "operations.md").read_text()
    assert "docs/operations.md" in (REPOSITORY / "README.md").read_text()
    assert "(paperlark.service)" in page
    for name in ("compose.yaml", ".env.example", "adapters/slack/manifest.yaml", "docs/paperlark.service"):
        assert (REPOSITORY / name).exists()
