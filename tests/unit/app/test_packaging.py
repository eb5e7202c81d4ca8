"""What runs the bot outside of a terminal: compose.yaml and the systemd unit."""

import configparser
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
    assert "valkey" in compose["volumes"]
    assert int(bot["stop_grace_period"].removesuffix("s")) > END_SECONDS


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
