"""The model card of a run: what it is, from what, how good, and how to use it; made from facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huggingface_hub import ModelCard, ModelCardData

from albert_widgets.labels import SUMMARIES

if TYPE_CHECKING:
    from albert_widgets.fit_settings import FitSettings

    from .split import Prepared

TASKS = {
    "single_label": "one label for each text",
    "multi_label": "any number of labels for each text",
    "regression": "a number for each text",
    "summary": "a summary of each text",
    "extract": "the sentences of a text that make its summary",
}

EXTRACTIVE = """```python
import albert_widgets as aw
aw.connect().summarize("…", model="run:{name}")
```

`model.safetensors` is the encoder as it was; transformers loads it alone, for sentence vectors:

```python
from transformers import AutoModel
AutoModel.from_pretrained("path/to/{name}")
```

`extractive_head.safetensors` and `extractive_head.json` are what was learned; the latter holds the words that at least
five of the training texts share.
"""


def card(settings: FitSettings, prepared: Prepared, run: dict[str, Any]) -> str:
    """Return the card as Markdown with the hub's metadata."""
    metrics = "\n".join(f"| {name} | {value:.4f} |" for name, value in run["metrics"].items())
    names = ", ".join(f"`{name}`" for name in prepared.label_names)
    answers = f" Answers: {names}." if names else ""
    tag = "summarization" if prepared.task in SUMMARIES else "text-classification"
    choices = "\n".join(
        f"| {name} | {value} |" for name, value in settings.to_dict().items() if name not in {"name", "report_to"}
    )
    made_with = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    data = ModelCardData(library_name="transformers", pipeline_tag=tag, tags=["albert-widgets"])
    body = f"""---
{data.to_yaml()}
---

# {settings.name}

`{settings.model}`, fine-tuned with albert-widgets: {TASKS[prepared.task]}.{answers}

## How good it is

On {len(prepared.validation):,} rows that it did not learn from; it learned from {len(prepared.train):,}.
The best of the evaluations was chosen by these very rows, so expect a little less on new ones.

| measure | value |
|---|---|
{metrics}

## How it was made

Step {run["best_step"]} of {run["steps"]}, in {run["seconds"]:.0f} s, with {made_with}.
SHA-256 of the rows: `{run["rows"]["sha256"]}`.

| setting | value |
|---|---|
{choices}

## How to use it

{usage(settings, prepared.task)}"""
    return str(ModelCard(body))


def usage(settings: FitSettings, task: str) -> str:
    """Return code that uses the model here, and with transformers alone."""
    if task == "extract":
        return EXTRACTIVE.format(name=settings.name)
    if task != "summary":
        return f"""```python
import albert_widgets as aw
aw.connect().predict("…", model="run:{settings.name}")
```

```python
from transformers import pipeline
pipeline("text-classification", model="path/to/{settings.name}")("…")
```
"""
    share = """# Encoder and decoder share their weights, which the file holds once.
model.decoder.base_model.load_state_dict(model.encoder.state_dict(), strict=False)
"""
    return f"""```python
import albert_widgets as aw
aw.connect().summarize("…", model="run:{settings.name}", method="abstractive")
```

```python
from transformers import AutoTokenizer, EncoderDecoderModel
tokenizer = AutoTokenizer.from_pretrained("path/to/{settings.name}")
model = EncoderDecoderModel.from_pretrained("path/to/{settings.name}")
{share if settings.tie_weights else ""}ids = model.generate(**tokenizer("…", return_tensors="pt", truncation=True))
tokenizer.batch_decode(ids, skip_special_tokens=True)
```
"""
