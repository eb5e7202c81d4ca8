"""`.env` is read in whatever encoding an editor saved it, or named in one plain line."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app.settings import Settings
from bot.domain.errors import BotError
from bot.infra.http.proxies import Proxy, proxies, proxy_of

REPOSITORY = Path(__file__).parents[3]
TEXT = '# café\r\nREDIS_URL=redis://café:6379/0\r\nexport OPENAI_MODEL="größer"\r\n'


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode(), id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(TEXT.replace("\r\n", "\n").encode("utf-16"), id="UTF-16 with BOM"),
        pytest.param(b"\xff\xfe" + TEXT.encode("utf-16-le"), id="as PowerShell writes it"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="UTF-16 BE with BOM"),
    ],
)
def test_every_unicode_encoding_means_the_same(content: bytes) -> None:
    Path(".env").write_bytes(content)
    settings = Settings()
    assert settings.redis_url
    assert settings.redis_url.get_secret_value() == "redis://café:6379/0"
    assert settings.openai_model == "größer"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("# café\n".encode("latin-1"), ".env isn't UTF-8 in line 1: save it as UTF-8."),
        (b"# a\nREDIS_URL=x\nOPENAI_MODEL=gr\xf6\xdfer\n", ".env isn't UTF-8 in line 3: save it as UTF-8."),
        ("REDIS_URL=x\n".encode("utf-16-le"), ".env has a NUL byte in line 1: save it as UTF-8."),
        (b"REDIS_URL=x\nOPENAI_MODEL=a\0b\n", ".env has a NUL byte in line 2: save it as UTF-8."),
        ("REDIS_URL=x\n".encode("utf-16")[:-1], ".env is damaged UTF-16 text: save it as UTF-8."),
        ("REDIS_URL=x\n".encode("utf-32"), ".env is damaged UTF-16 text: save it as UTF-8."),
    ],
)
def test_what_is_no_text_is_named_with_its_line(content: bytes, said: str) -> None:
    Path(".env").write_bytes(content)
    with pytest.raises(BotError) as refused:
        Settings()
    assert str(refused.value) == said


def a_folder(file: Path) -> None:
    file.mkdir()


def a_file_of_somebody_else(file: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    file.touch(0o000)


@pytest.mark.parametrize(
    ("make", "said"), [(a_folder, ".env is a folder: "), (a_file_of_somebody_else, ".env can't be read: ")]
)
def test_what_is_no_readable_file_is_named(make: Callable[[Path], None], said: str) -> None:
    make(Path(".env"))
    with pytest.raises(BotError) as refused:
        Settings()
    assert str(refused.value).startswith(said)


def test_a_file_that_has_no_end_or_is_not_there_sets_nothing() -> None:
    assert Settings().redis_url is None
    Path(".env").symlink_to("/dev/null")
    assert Settings().redis_url is None


def test_a_command_says_it_in_one_line_and_fails(tmp_path: Path) -> None:
    Path(".env").write_bytes(b"# caf\xe9\nREDIS_URL=x\n")
    command = [sys.executable, "-m", "adapters", "doctor"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(REPOSITORY)})
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "paperlark: .env isn't UTF-8 in line 1: save it as UTF-8.\n"


def test_what_the_file_says_of_proxies_and_certificates_reaches_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """They look into the environment, which comes before the file as for every setting."""
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    os.environ["http_proxy"] = "http://environment:2"
    Path(".env").write_text(
        "HTTPS_PROXY=http://bob:s3cret-word@file:1\nHTTP_PROXY=http://file:1\nno_proxy=example.org\nSSL_CERT_FILE=a.pem\n"
    )
    settings = Settings()
    settings.share()
    assert proxy_of("https://arxiv.org/") == Proxy(
        "HTTPS_PROXY", "http://bob:s3cret-word@file:1", "file:1", has_login=True
    )
    assert [proxies()[scheme].address for scheme in ("http", "https")] == ["environment:2", "file:1"]
    assert proxy_of("https://papers.example.org/") is None
    assert os.environ["SSL_CERT_FILE"] == "a.pem"
    assert "s3cret-word" in settings.secrets
