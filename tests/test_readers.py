"""The readers of BERT's vocabulary in other languages give the ids and offsets that ``tokenizers`` gives."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tokenizers import normalizers

from albert_widgets.backend.catalog import starter_folder
from albert_widgets.backend.export import beside, golden
from albert_widgets.backend.tokens import SharedTokenizer
from albert_widgets.samples import SCRIPTS
from tests.checkpoints import tokenizer as small_tokenizer
from tests.vocabularies import save_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

READERS = Path(__file__).parent.parent / "docs" / "readers"
WAYS = {"lowercase": {"lowercase": True}, "cased": {"lowercase": False}}
WAYS["lowercase, accents kept"] = {"lowercase": True, "strip_accents": False}
WAYS["cased, accents stripped, Han not parted"] = {
    "lowercase": False,
    "strip_accents": True,
    "handle_chinese_chars": False,
}


@functools.cache
def texts() -> tuple[str, ...]:
    """The texts of ``golden.json``, and more without sense: of every letter that Unicode has long had."""
    known = [chr(code) for code in range(0x110000) if unicodedata.ucd_3_2_0.category(chr(code)) not in {"Cn", "Cs"}]
    random = np.random.default_rng(7)
    common = [*"aáA ,.-'\t\n", "e\u0301", "[MASK]", "[SEP]", "Σ", "ς", "İ", "가", "漢", "か\u3099", "👩\u200d👧"]
    nonsense = [
        "".join(
            random.choice(common) if random.random() < 0.6 else known[random.integers(len(known))] for _ in range(24)
        )
        for _ in range(400)
    ]
    golden_texts = [json.loads(line)["text"] for line in SCRIPTS.read_text(encoding="utf-8").splitlines()]
    return (*golden_texts, *nonsense)


def export_tokenizer(folder: Path, hub: Any, limit: int, given: Sequence[str]) -> Path:
    """Write what an export has of a tokenizer, and a ``golden.json`` of some texts."""
    folder.mkdir()
    shared = SharedTokenizer(hub)
    beside.write_tokenizer(shared, folder, limit)
    rows = golden.rows_of(shared, [{"script": "Zyyy", "text": text} for text in given], limit)
    (folder / "golden.json").write_text(json.dumps({"texts": rows}, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The starter's tokenizer, and small ones with every combination of options that occurs."""
    from transformers import AutoTokenizer

    base, given = tmp_path_factory.mktemp("readers"), texts()
    made = [export_tokenizer(base / "starter", AutoTokenizer.from_pretrained(starter_folder()), 64, given)]
    save_vocabulary(base / "checkpoint", "word-piece")
    for name, options in WAYS.items():
        hub = AutoTokenizer.from_pretrained(base / "checkpoint")
        hub.backend_tokenizer.normalizer = normalizers.BertNormalizer(**options)
        made.append(export_tokenizer(base / name, hub, 40, given))
    return made


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def built(name: str, folder: Path) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    """Compile a reader; return what runs it. Skips where this machine cannot."""
    tools = {"wordpiece.mjs": ("node",), "WordPiece.java": ("javac", "java"), "WordPiece.cs": ("mcs", "mono")}[name]
    if any(shutil.which(tool) is None for tool in tools):
        pytest.skip(f"there is no {tools[0]} here")
    if name == "wordpiece.mjs":
        command: list[str | Path] = ["node", READERS / name]
    elif name == "WordPiece.java":
        done = run("javac", "-Xlint:all", "-Werror", "-d", folder, READERS / name)
        assert done.returncode == 0, done.stderr
        command = ["java", "-cp", folder, "WordPiece"]
    else:
        done = run("mcs", f"-out:{folder / 'WordPiece.exe'}", READERS / name)
        assert done.returncode == 0, done.stdout
        command = ["mono", folder / "WordPiece.exe"]
    return lambda export: run(*command, export)


@pytest.mark.parametrize("name", ["wordpiece.mjs", "WordPiece.java", "WordPiece.cs"])
def test_a_reader_gives_the_same_ids_and_offsets(name: str, exports: list[Path], tmp_path: Path) -> None:
    read = built(name, tmp_path)
    for export in exports:
        done = read(export)
        assert (done.returncode, done.stderr) == (0, ""), f"{export.name}: {done.stderr}"
        assert done.stdout == f"{len(texts())} texts: the same ids and offsets.\n"
    # It would tell if they were not.
    rows = json.loads((exports[0] / "golden.json").read_text(encoding="utf-8"))["texts"]
    rows[41]["offsets"][1][1] += 1
    wrong = shutil.copytree(exports[0], tmp_path / "wrong")
    (wrong / "golden.json").write_text(json.dumps({"texts": rows}))
    done = read(wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert "should be" in done.stderr


def test_what_is_no_word_piece_of_berts_has_no_vocabulary_for_readers(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    for family in ("byte-level", "unigram"):
        save_vocabulary(tmp_path / family, family)
        folder = export_tokenizer(
            tmp_path / f"{family} exported", AutoTokenizer.from_pretrained(tmp_path / family), 64, ["a"]
        )
        assert not (folder / "vocab.txt").exists()
    hub = small_tokenizer()
    hub.add_tokens(["entity"])
    assert not (export_tokenizer(tmp_path / "with an own word", hub, 64, ["a"]) / "vocab.txt").exists()
    assert (export_tokenizer(tmp_path / "plain", small_tokenizer(), 64, ["a"]) / "vocab.txt").exists()
