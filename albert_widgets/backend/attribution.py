"""Which tokens speak for an output: integrated gradients, gradient × input, occlusion. captum does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import InputInvalid
from albert_widgets.results import Attribution

from .outcome import Outcome
from .reading import Reading

if TYPE_CHECKING:
    import torch

    from .pool import Loaded

METHODS = ("integrated_gradients", "gradient", "occlusion")
MAX_STEPS = 500
BATCH_TOKENS = 4096
"""Tokens of one forward pass of a method's many."""


def attribute(
    loaded: Loaded,
    text: str,
    pair: str | None = None,
    *,
    method: str = "integrated_gradients",
    target: str | int | None = None,
    steps: int = 50,
) -> Attribution:
    """Return each token's score for one output; see :meth:`BertBackend.attribute`."""
    import torch

    if method not in METHODS:
        raise InputInvalid(f"There is no method {method!r}.", f"Choose one of: {', '.join(METHODS)}.")
    if not 1 <= steps <= MAX_STEPS:
        raise InputInvalid(f"steps={steps} is out of range.", f"Choose 1 to {MAX_STEPS}.")
    reading = Reading.of(loaded, text, pair)
    outcome = Outcome.of(reading, target)
    with loaded.lock, loaded.engine.failures():
        ids = reading.inputs["input_ids"]
        masked = _masked(reading, ids)
        with torch.no_grad():
            both = outcome.logits(_batch(reading, torch.cat([ids, masked])))[:, outcome.index]
        scores = _scores(method, reading, outcome, ids, masked, steps)
    output, baseline = (float(value) for value in both)
    delta = float(scores.sum()) - (output - baseline) if method == "integrated_gradients" else None
    return Attribution(reading.tokens, scores, method, outcome.target, outcome.targets, output, baseline, delta)


def _scores(  # noqa: PLR0917 – all of it is one call's state
    method: str, reading: Reading, outcome: Outcome, ids: torch.Tensor, masked: torch.Tensor, steps: int
) -> Any:
    import torch
    from captum.attr import FeatureAblation, LayerGradientXActivation, LayerIntegratedGradients

    def forward(given: torch.Tensor) -> torch.Tensor:
        return outcome.logits(_batch(reading, given))

    at_once = max(1, BATCH_TOKENS // ids.shape[1])
    if method == "occlusion":
        with torch.no_grad():
            found = FeatureAblation(forward).attribute(
                ids, baselines=masked, target=outcome.index, perturbations_per_eval=at_once
            )
        return found[0].float().cpu().numpy()
    embeddings = reading.loaded.engine.model.get_input_embeddings()
    with torch.enable_grad():
        if method == "gradient":
            # Frozen weights give no gradient of their own; the embeddings must ask for it.
            handle = embeddings.register_forward_hook(lambda _module, _inputs, output: output.requires_grad_())
            try:
                found = LayerGradientXActivation(forward, embeddings).attribute(ids, target=outcome.index)
            finally:
                handle.remove()
        else:
            found = LayerIntegratedGradients(forward, embeddings).attribute(
                ids, baselines=masked, target=outcome.index, n_steps=steps, internal_batch_size=at_once
            )
    return found[0].sum(-1).detach().float().cpu().numpy().astype(np.float32)


def _masked(reading: Reading, ids: torch.Tensor) -> torch.Tensor:
    """Return the ids of a text that says nothing: every ordinary token is the mask (or padding, or unknown) token."""
    import torch

    is_special = torch.from_numpy(reading.tokens.is_special).to(ids.device)
    return torch.where(is_special, ids, torch.full_like(ids, reading.blank))


def _batch(reading: Reading, ids: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the model's arguments with other ids, as many rows as ``ids`` has."""
    others = {name: values.expand(len(ids), -1) for name, values in reading.inputs.items() if name != "input_ids"}
    return {"input_ids": ids, **others}
