"""Location of the embedding model: the configured folder, else the home's, else the one shipped with the program."""

import sys
from pathlib import Path

TOKENIZER = "tokenizer.json"
_NETWORK_NAMES = ("model.onnx", "model_int8.onnx")


def model_folder(chosen: Path | None, home: Path) -> Path | None:
    """Return the first folder that holds a model; None if there is none, and search uses words alone.

    `chosen` is PAPERLARK_MODEL; if set, no other folder is tried, and an empty folder turns the model off.
    """
    places = [chosen] if chosen else [home / "models" / "minilm", prepared_folder()]
    return next((place for place in places if network_of(place) and (place / TOKENIZER).is_file()), None)


def prepared_folder() -> Path:
    """Return the folder in the program's environment where `make` and the container put the model."""
    return Path(sys.prefix) / "share" / "paperlark" / "minilm"


def network_of(folder: Path) -> Path | None:
    """Return the folder's ONNX network; None if it has none."""
    return next((folder / name for name in _NETWORK_NAMES if (folder / name).is_file()), None)
