"""How long the catalogue takes with many models in the hub cache: asked first, asked again, and its fingerprint.

Run: ``python benchmarks/many_models.py [--models 200]``. Makes as many small checkpoints in a folder of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import struct
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=200)
    count = parser.parse_args().models
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HF_HOME=folder, ALBERT_WIDGETS_HOME=f"{folder}/home", HF_HUB_OFFLINE="1")
        for number in range(count):
            _cache(Path(folder) / "hub", number)
        from albert_widgets.backend import Backend

        backend = Backend()
        first = _seconds(backend.models)
        found = len(backend.models())
        again = statistics.median(_seconds(backend.models) for _ in range(9))
        backend.status()
        looked = []
        for _ in range(9):
            # The fingerprint is looked up anew.
            time.sleep(0.4)
            looked.append(_seconds(backend.status))
        status = statistics.median(looked)
        print(f"{found} models: first {first * 1e3:.0f} ms, again {again * 1e3:.1f} ms, status {status * 1e3:.2f} ms")
        backend.close()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _cache(cache: Path, number: int) -> None:
    repo = cache / f"models--someone--model-{number}"
    commit = f"{number:040x}"
    header = json.dumps({"weight": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    config = {"model_type": "bert", "architectures": ["BertModel"], "num_hidden_layers": 2, "hidden_size": 32}
    files = {
        "config.json": json.dumps(config).encode(),
        "model.safetensors": struct.pack("<Q", len(header)) + header + bytes(16),
        "tokenizer.json": b"{}",
        "tokenizer_config.json": b'{"model_max_length": 512}',
        "README.md": b"---\nlanguage: en\nlicense: mit\n---\n# A model\n",
    }
    for folder in (repo / "blobs", repo / "refs", repo / "snapshots" / commit):
        folder.mkdir(parents=True)
    (repo / "refs" / "main").write_text(commit)
    for name, content in files.items():
        (repo / "blobs" / f"{number}-{name}").write_bytes(content)
        (repo / "snapshots" / commit / name).symlink_to(f"../../blobs/{number}-{name}")


if __name__ == "__main__":
    main()
