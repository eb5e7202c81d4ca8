"""The rooms of `bot/`: their number, and that import-linter notices a forbidden import in any file, even a new one."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

PLANTED = {
    "bot/digests/build.py": "import httpx",
    "bot/trending/new_idea.py": "import redis",
    "bot/delivery/outbox.py": "import docket",
    "bot/papers/ingest.py": "import bot.app.settings",
    "bot/domain/paper.py": "import bot.domain.digest",
    "adapters/slack/app.py": "import bot.infra.redis.keys",
}
"""A forbidden import a file: a vendor, a vendor in a new file, a room above, a circle, and Redis in an adapter."""


def test_bot_has_at_most_twelve_rooms_and_no_loose_module():
    rooms = [path for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()]
    loose = [path.name for path in (ROOT / "bot").glob("*.py") if path.name != "__init__.py"]

    assert len(rooms) <= 12
    assert loose == []


def test_there_are_at_most_eight_layers():
    layers = next(contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")

    assert len(layers) <= 8


def test_a_forbidden_import_breaks_a_contract(tmp_path):
    for package in ("bot", "adapters"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in PLANTED.items():
        file = tmp_path / name
        before = file.read_text() if file.exists() else '"""A new file."""\n'
        file.write_text(f"{before}\n{line}\n")

    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert linted.returncode == 1, linted.stderr
    broken = re.sub(r"\s+", " ", linted.stdout)
    for seen in (
        "bot.digests.build -> httpx",
        "bot.trending.new_idea -> redis",
        "bot.delivery.outbox -> docket",
        "bot.papers.ingest -> bot.app.settings",
        "No cycles are allowed in bot.domain",
        "adapters.slack.app -> bot.infra.redis.keys",
    ):
        assert seen in broken
