"""Where the embedding model lies: the folder that was set, else that of the home, else what came with the program."""

import sys
from pathlib import Path

TOKENIZER = "tokenizer.json"
_NETWORKS = ("model.onnx", "model_int8.onnx")


def model_folder(chosen: Path | None, home: Path) -> Path | None:
    """The first of these folders that holds a model; None where there is none, and words must do.

    `chosen` is PAPERLARK_MODEL; nothing else is looked at where it is set, so that an empty folder turns it off.
    """
    places = [chosen] if chosen else [home / "models" / "minilm", prepared_folder()]
    return next((place for place in places if network_of(place) and (place / TOKENIZER).is_file()), None)


def prepared_folder() -> Path:
    """Where `make` and the container put the model: inside the program's environment, so that it goes with it."""
    return Path(sys.prefix) / "share" / "paperlark" / "minilm"


def network_of(folder: Path) -> Path | None:
    """The folder's network in ONNX; None where it has none."""
    return next((folder / name for name in _NETWORKS if (folder / name).is_file()), None)
