"""Secrets are stored encrypted, and keys can be replaced."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app.settings import Settings
from bot.infra.secret_box import KEY_FILE, NoKey, SecretBox, key_in


def _key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_stored_doesnt_hold_the_secret_and_is_read_back() -> None:
    box = SecretBox([_key()])
    closed = box.close("xoxb-secret-Ω")
    assert "xoxb" not in closed
    assert box.open(closed) == "xoxb-secret-Ω"


def test_an_old_key_behind_a_new_one_still_reads_and_renewing_ends_the_need_for_it() -> None:
    old, new = _key(), _key()
    closed = SecretBox([old]).close("secret")
    both = SecretBox([new, old])
    assert not both.is_current(closed)
    assert both.is_current(both.renew(closed))
    assert both.open(closed) == "secret"
    assert SecretBox([new]).open(both.renew(closed)) == "secret"
    with pytest.raises(NoKey, match="PAPERLARK_ENCRYPTION_KEYS"):
        SecretBox([new]).open(closed)
    with pytest.raises(NoKey):
        SecretBox([new]).renew(closed)


@pytest.mark.parametrize("damaged", ["", "x", "gAAAAA", "é", "gAAAAA" + "A" * 100])
def test_a_damaged_secret_is_said(damaged: str) -> None:
    with pytest.raises(NoKey):
        SecretBox([_key()]).open(damaged)


def test_processes_that_begin_at_once_share_one_private_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_in(tmp_path / "home"), range(8)))
    assert len(keys) == 1
    assert SecretBox([*keys]).open(SecretBox([*keys]).close("a")) == "a"
    path = tmp_path / "home" / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*path.parent.iterdir()] == [path]


def test_settings_give_the_keys_that_are_set_or_make_one(tmp_path: Path) -> None:
    old, new = _key(), _key()
    closed = SecretBox([old]).close("secret")
    several = Settings(paperlark_home=tmp_path, paperlark_encryption_keys=SecretStr(f"{new}, {old}"))
    assert several.secret_box.open(closed) == "secret"
    assert not (tmp_path / KEY_FILE).exists()
    made = Settings(paperlark_home=tmp_path).secret_box.close("secret")
    assert Settings(paperlark_home=tmp_path).secret_box.open(made) == "secret"
    with pytest.raises(ValueError, match="openssl"):
        Settings(paperlark_encryption_keys=SecretStr("hunter2"))
