"""What a variable of BERT in TensorFlow is called in PyTorch."""

from __future__ import annotations

import re

_PARTS = ("bert", "cls", "classifier", "qa_outputs")
"""First parts of names in PyTorch; what stands before them is the name of a Keras model."""
_LAST = {
    "kernel": "weight",
    "gamma": "weight",
    "beta": "bias",
    "embeddings": "weight",
    "output_weights": "weight",
    "output_bias": "bias",
}
_NOT_WEIGHTS = re.compile(r"(^|/)(global_step|adam_[mv]|Adam(_\d)?|AdamWeightDecayOptimizer.*|beta\d_power)$")
"""The state of an optimizer."""


def torch_name(variable: str) -> tuple[str, bool] | None:
    """Return the name in PyTorch and whether the matrix is transposed; None for what is no weight.

    Of Keras (``tf_bert_model/bert/encoder/layer_._0/output/dense/kernel:0``) and of Google's checkpoints
    (``bert/encoder/layer_0/output/dense/kernel``).
    """
    name = variable.removesuffix(":0")
    if _NOT_WEIGHTS.search(name):
        return None
    # transformers' conventions: "mlm___cls" is "cls" elsewhere, and "layer_._0" is item 0 of "layer".
    name = re.sub(r"[^/]*___", "", name).replace("_._", "/")
    name = re.sub(r"/layer_(\d+)/", r"/layer/\1/", name)
    parts = name.split("/")
    start = next((at for at, part in enumerate(parts) if part in _PARTS), None)
    if start is not None:
        parts = parts[start:]
    elif parts[0] in {"output_weights", "output_bias"}:
        # Google's run_classifier.py has no name for its head.
        parts = ["classifier", *parts]
    if parts[:2] == ["cls", "squad"]:
        parts = ["qa_outputs", *parts[2:]]
    last = parts[-1]
    if last.endswith("_embeddings"):
        parts.append("weight")
    else:
        parts[-1] = _LAST.get(last, last)
    return ".".join(parts), last == "kernel"
