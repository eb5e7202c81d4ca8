"""The embedding models on this machine, for tests that need a real one."""

from pathlib import Path

from bot.papers.clients.model_folder import model_folder, prepared_folder

SHARED = Path(__file__).resolve().parents[3] / "shared" / "models" / "minilm"
NO_MODEL = "no embedding model is prepared here (make .venv/model) nor lies beside this checkout"


def folders() -> list[Path]:
    """Return the folders of the model from `make` and of the one beside the checkout, if they exist."""
    return [found for place in (prepared_folder(), SHARED) if (found := model_folder(place, place))]
