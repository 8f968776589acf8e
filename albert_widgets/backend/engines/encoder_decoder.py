"""Encoder and decoder as one set of weights (Rothe et al. 2020: "shared"); transformers has no switch for it."""

from __future__ import annotations

from typing import Any


def share(model: Any) -> Any:
    """Make the decoder of an ``EncoderDecoderModel`` use the encoder's weights wherever both have them; return it.

    What the decoder alone has, its cross-attention and its head, stays its own. The pairs are declared to
    transformers, so that a file holds each of the weights once; whoever loads it must share them again, which
    ``tie_encoder_decoder`` in the config asks for.
    """
    known, base = dict(model.encoder.named_parameters()), model.decoder.base_model
    tied = {}
    for name in [name for name, _ in base.named_parameters() if name in known]:
        parent, _, leaf = name.rpartition(".")
        setattr(base.get_submodule(parent), leaf, known[name])
        tied[f"decoder.{model.decoder.base_model_prefix}.{name}"] = f"encoder.{name}"
    # Its output embeddings follow the word embeddings that it has now.
    model.decoder.tie_weights()
    model._tied_weights_keys = tied  # noqa: SLF001 – the declaration has no public setter
    model.all_tied_weights_keys = {**model.all_tied_weights_keys, **tied}
    model.config.tie_encoder_decoder = True
    return model
