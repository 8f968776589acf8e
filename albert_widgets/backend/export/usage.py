"""The ``README.md`` of an export: what is in the folder, and how other languages and libraries use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from albert_widgets.backend.engines.engine import STATES

from .beside import VOCABULARY
from .plan import VARIANTS

if TYPE_CHECKING:
    from .golden import Golden

_AGREEMENTS = {
    "same_labels": "{} of 60 labels are the same",
    "smallest_cosine": "smallest cosine {:.4f}",
    "same_tokens": "{:.1%} of tokens get the same",
}
_TASKS = {"vectors": "feature-extraction", "labels": "text-classification", "tokens": "fill-mask"}
_POOLED = {
    "mean": "(answer * mask).sum(1) / mask.sum(1)",
    "cls": "answer[:, 0]",
    "max": "np.where(mask > 0, answer, -np.inf).max(1)",
}
_LIBRARIES = {"vectors": "sentence-transformers", "labels": "optimum", "tokens": "optimum"}
_LOADED = {
    "vectors": """from sentence_transformers import SentenceTransformer

model = SentenceTransformer(".", backend="onnx", model_kwargs={{"file_name": "onnx/{}"}})""",
    "labels": """from optimum.onnxruntime import ORTModelForSequenceClassification

model = ORTModelForSequenceClassification.from_pretrained(".", file_name="{}")""",
    "tokens": """from optimum.onnxruntime import ORTModelForMaskedLM

model = ORTModelForMaskedLM.from_pretrained(".", file_name="{}")""",
}


def write(folder: Path, model: str, golden: Golden, precisions: dict[str, dict[str, Any]]) -> None:
    """Write ``README.md``; its examples run as they stand, with the folder as the working directory."""
    answers = "vectors" if golden.exported.output == STATES else ("labels", "tokens")[golden.answers[0].ndim - 1]
    variant = next(VARIANTS[name] for name in VARIANTS if name in precisions)
    parts = [
        _begin(folder, model, golden, precisions),
        _javascript(golden, answers, variant.dtype),
        _python(golden, answers, variant.file),
        f"## Python: {_LIBRARIES[answers]}\n\n```\n{_LOADED[answers].format(Path(variant.file).name)}\n```\n",
        _others(folder),
    ]
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _begin(folder: Path, model: str, golden: Golden, precisions: dict[str, dict[str, Any]]) -> str:
    rows = []
    for name, said in precisions.items():
        file = folder / VARIANTS[name].file
        size = sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*")) / 1e6
        agrees = ", ".join(words.format(said[key]) for key, words in _AGREEMENTS.items() if key in said)
        where, furthest = VARIANTS[name].file, said["largest_difference"]
        rows.append(f"| {name} | `{where}` | {size:.1f} MB | {furthest:.1g} | {agrees} |")
    inputs = ", ".join(f"`{name}`" for name in golden.exported.inputs)
    limit = golden.exported.loaded.max_length
    reads = f"It reads {limit} tokens at once." if limit else ""
    table = "\n".join(rows)
    return f"""# {model}, as ONNX

Exported by albert-widgets. It takes {inputs} (int64, texts × tokens) and gives `{golden.exported.output}` (float32).
{reads}

| precision | file | size | largest difference from torch | |
|---|---|---|---|---|
{table}

`golden.json` has 60 texts in 20 scripts with their ids, offsets (in Unicode code points) and answers, computed one text
at a time by torch in float32: whatever runs this model should give the same.
"""


def _javascript(golden: Golden, answers: str, dtype: str) -> str:
    masked = f" with a {golden.exported.loaded.tokenizer.hub.mask_token}" if answers == "tokens" else ""
    how = f", {{ pooling: '{golden.pooling}', normalize: true }}" if answers == "vectors" else ""
    return f"""## JavaScript: transformers.js

```js
import {{ basename, dirname }} from 'node:path';

import {{ env, pipeline }} from '@huggingface/transformers';

env.allowRemoteModels = false;
env.localModelPath = dirname(process.cwd()); // the folder above this one; in a browser, its address
const run = await pipeline('{_TASKS[answers]}', basename(process.cwd()), {{ dtype: '{dtype}' }});
console.log(await run('A text{masked}.'{how}));
```
"""


def _python(golden: Golden, answers: str, file: str) -> str:
    end = {
        "vectors": f"""mask = inputs["attention_mask"][..., None]
vectors = {_POOLED[golden.pooling]}
print(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))""",
        "labels": """labels = json.load(open("config.json"))["id2label"]
print([labels[str(best)] for best in answer.argmax(1)])""",
        "tokens": "print(answer.shape)",
    }[answers]
    return f"""## Python: onnxruntime and tokenizers alone

```python
import json

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file("tokenizer.json")  # cuts at the model's limit, and pads
session = onnxruntime.InferenceSession("{file}")
encoded = tokenizer.encode_batch(["A text.", "Another, longer text."])
inputs = {{
    "input_ids": np.array([one.ids for one in encoded]),
    "attention_mask": np.array([one.attention_mask for one in encoded]),
    "token_type_ids": np.array([one.type_ids for one in encoded]),
}}
(answer,) = session.run(None, {{one.name: inputs[one.name] for one in session.get_inputs()}})
{end}
```
"""


def _others(folder: Path) -> str:
    if (folder / VOCABULARY).is_file():
        tokenizer = """`vocab.txt` and the options in `tokenizer_config.json` are all that BERT's tokenizer needs.
Readers of them in JavaScript, Java and C#, without dependencies, are in albert-widgets' `docs/readers/`; they hold
themselves against `golden.json`."""
    else:
        tokenizer = """Its tokenizer is not BERT's: `tokenizer.json` is read by the `tokenizers` library (Rust, Python,
Node) and by DJL (Java); `golden.json` shows whether another reader reads it right."""
    return f"""## Java, C#, C++, Go, Rust, Swift, R

onnxruntime is there for all of them, with the inputs and the output above. {tokenizer}
"""
