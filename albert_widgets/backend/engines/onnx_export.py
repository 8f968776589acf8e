"""A model as an ONNX file: written by torch's exporter, fused and quantised for onnxruntime, compared with torch."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from albert_widgets.backend.checkpoint import first_line
from albert_widgets.backend.encoding import input_names
from albert_widgets.backend.job_worker import Ended
from albert_widgets.errors import AlbertError, ModelFailed

from .engine import LOGITS, STATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from albert_widgets.backend.encoding import InputEncoder, Inputs

    from .engine import Engine
    from .torch import TorchModel

LARGEST_IN_ONE_FILE = 1_500_000_000
"""Bytes of weights; protobuf ends at 2 GB, what is larger goes into a file beside."""
LONGEST_TOKENS = 256
_MASK, _BIAS = 3, 5
"""Places among the inputs of onnxruntime's ``Attention``."""
TEXTS = (
    "A short text.",
    "Zoë's naïve café: 你好，世界。日本語もあります。",
    "שלום עולם، مرحبا بالعالم, नमस्ते दुनिया, привет, 👩‍👩‍👧 e\u0301",
    "The cat sat on the mat because it was tired, and nobody knew for how long. " * 20,
)
"""Of several lengths and scripts; compared one by one, and together in one padded batch."""


@dataclass(frozen=True)
class Exportable:
    """A model as a module with tensors in and one tensor out.

    Attributes
    ----------
    inputs
        Names of the tensors, in order.
    output
        ``"logits"`` or ``"last_hidden_state"``.
    """

    loaded: TorchModel
    module: torch.nn.Module
    inputs: tuple[str, ...]
    output: str

    @classmethod
    def of(cls, loaded: TorchModel, output: str = "") -> Exportable:
        """Return what gives ``output``; without a name what the model itself gives, logits before states."""
        model = loaded.encoder if output == STATES else loaded.model
        inputs = input_names(loaded.tokenizer.hub, list(inspect.signature(model.forward).parameters))
        if not output:
            with torch.inference_mode():
                answer = model(**_sample(loaded, [TEXTS[0]], inputs), return_dict=True)
            output = LOGITS if LOGITS in answer else STATES

        class OneAnswer(torch.nn.Module):
            def __init__(self, model: torch.nn.Module) -> None:
                super().__init__()
                self.model = model

            def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
                answer = self.model(**dict(zip(inputs, tensors, strict=True)), return_dict=True)
                found: torch.Tensor = answer[output]
                return found

        # The exporter puts back the wrapper's mode, and with training dropout would come along.
        return cls(loaded, OneAnswer(model).eval(), inputs, output)

    def write(self, file: Path) -> None:
        """Write the ONNX file. Raises ModelFailed."""
        sample = _sample(self.loaded, list(TEXTS[:2]), self.inputs)
        # One variable argument, which is a tuple of tensors of any batch and length.
        shapes = (tuple({0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC} for _ in self.inputs),)
        try:
            with torch.no_grad():
                torch.onnx.export(
                    self.module,
                    tuple(sample[name] for name in self.inputs),
                    str(file),
                    input_names=list(self.inputs),
                    output_names=[self.output],
                    dynamo=True,
                    dynamic_shapes=shapes,
                    external_data=self.loaded.bytes > LARGEST_IN_ONE_FILE,
                    verbose=False,
                )
        except (AlbertError, Ended, OSError, MemoryError):
            raise
        except Exception as error:
            cause = re.sub(r"\x1b\[\d+m", "", first_line(error.__cause__ or error))
            raise ModelFailed(
                f"torch {torch.__version__} cannot export a {type(self.loaded.model).__name__}: {cause}",
                "Export another model, or the same with a newer torch.",
            ) from error

    def answer(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return what torch says to arrays of the names in ``inputs``."""
        with torch.inference_mode():
            said: NDArray[np.float32] = self.module(*(torch.from_numpy(inputs[name]) for name in self.inputs)).numpy()
        return said

    def answers_of(self, file: Path, batches: Sequence[Inputs]) -> list[NDArray[np.float32]]:
        """Return what onnxruntime says to the same by a file. Raises ModelFailed."""
        from onnxruntime import InferenceSession

        try:
            session = InferenceSession(str(file), providers=["CPUExecutionProvider"])
            return [session.run(None, dict(inputs))[0] for inputs in batches]
        except (AlbertError, Ended):
            raise
        except Exception as error:
            raise ModelFailed(f"onnxruntime cannot run the export: {first_line(error)}") from error

    def difference(self, file: Path) -> float:
        """Return the largest distance of the file's answers from torch's; what is only padding is left out.

        Raises
        ------
        ModelFailed
            onnxruntime cannot run it, or its answers have another shape or are no numbers.
        """
        together = [*([text] for text in TEXTS), list(TEXTS), list(TEXTS[:3]) * 3]
        samples = [_sample(self.loaded, texts, self.inputs) for texts in together]
        batches = [{name: sample[name].numpy() for name in self.inputs} for sample in samples]
        furthest = 0.0
        for inputs, found in zip(batches, self.answers_of(file, batches), strict=True):
            expected = self.answer(inputs)
            if expected.ndim == 3 and "attention_mask" in inputs and found.shape == expected.shape:
                read = inputs["attention_mask"].astype(bool)
                found, expected = found[read], expected[read]  # noqa: PLW2901
            furthest = max(furthest, largest_difference(found, expected))
        return furthest


def quantise(file: Path, weights: int, target: Path, *, reduce_range: bool = True) -> None:
    """Turn the weights of matrix products into int8, one scale a column; the file takes a quarter of the room.

    Parameters
    ----------
    weights
        Bytes of the weights in float32.
    reduce_range
        Use seven of the eight bits: then no processor's sums overflow. Needed where the file may run anywhere.
    """
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(file),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=reduce_range,
        use_external_data_format=weights > LARGEST_IN_ONE_FILE,
        # onnx cannot tell what comes out of the operators that onnxruntime has of its own.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def halve(file: Path, weights: int, target: Path) -> None:
    """Write the same graph with its numbers in float16; what goes in and comes out keeps its type.

    Parameters
    ----------
    weights
        Bytes of the weights in float32.
    """
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    made = convert_float_to_float16(str(file), keep_io_types=True)
    onnx.save(made, str(target), save_as_external_data=weights > LARGEST_IN_ONE_FILE, location=f"{target.name}.data")


def put_weights_beside(file: Path) -> None:
    """Put the weights of a graph that is too large for one file into ``FILE_data``, where transformers.js looks."""
    import onnx

    model = onnx.load(str(file))
    for written in file.parent.glob(f"{file.stem}.*"):
        written.unlink()
    onnx.save(model, str(file), save_as_external_data=True, location=f"{file.name}_data")


def fold_attention(file: Path, target: Path) -> None:
    """Write a fused graph so that the weights of its attention can be quantised, too.

    onnxruntime's quantiser leaves an ``Attention`` in float32 whose sizes are spelled out, or whose weights are put
    together in the graph; sizes that are all the same need no spelling, and constants are folded. Its operator for
    int8 knows no bias of the attention, only a mask: it is given the one of the padding. Where the bias was more than
    that, the answers are wrong, which :func:`distance` shows.
    """
    import onnx
    import onnxruntime

    model = onnx.load(str(file))
    graph = model.graph
    attentions = [node for node in graph.node if node.op_type == "Attention"]
    for node in attentions:
        for attribute in list(node.attribute):
            if attribute.name == "qkv_hidden_sizes" and len(set(attribute.ints)) == 1:
                node.attribute.remove(attribute)
        if len(node.input) > _BIAS and node.input[_BIAS] and not node.input[_MASK]:
            node.input[_MASK], node.input[_BIAS] = "padding_mask", ""
    if any("padding_mask" in node.input for node in attentions):
        cast = onnx.helper.make_node("Cast", ["attention_mask"], ["padding_mask"], to=onnx.TensorProto.INT32)
        graph.node.insert(0, cast)
    spelled = target.with_suffix(".spelled.onnx")
    onnx.save(model, str(spelled))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(spelled), options, providers=["CPUExecutionProvider"])
    spelled.unlink()


def distance(engine: Engine, exact: Engine, encoder: InputEncoder, longest: int) -> float:
    """Return how far the answers of an engine are from those of an exact one: 0 for the same, 1 for as far as none.

    The engine reads :data:`TEXTS` in one padded batch, the exact one each alone: a mask that is not kept shows. It is
    the length of all differences together, as a share of the length of the exact answers.

    Parameters
    ----------
    longest
        Tokens that the model reads at once; 0 for no limit.
    """
    encoded = encoder.encode(TEXTS, None, min(longest or LONGEST_TOKENS, LONGEST_TOKENS))
    together = engine.run(encoder.pad(encoded, range(len(TEXTS)), engine.inputs))
    left = encoder.padding.side == "left"
    apart, whole = 0.0, 0.0
    for row, length in enumerate(encoded.lengths):
        alone = exact.run(encoder.pad(encoded, [row], exact.inputs))[0]
        found = together[row]
        if found.ndim == 2:
            found = found[-length:] if left else found[:length]
        apart += float(((found - alone) ** 2).sum())
        whole += float((alone**2).sum())
    return math.sqrt(apart / max(whole, 1e-12))


def fuse(file: Path, target: Path) -> None:
    """Write the same graph with onnxruntime's own operators: attention, layer norm with its sum, GELU with its bias."""
    import onnx_ir
    from onnxscript.rewriter.ort_fusions import optimize_for_ort

    fused = optimize_for_ort(onnx_ir.load(str(file)))
    model = fused[0] if isinstance(fused, tuple) else fused
    beside = "model.onnx.data" if file.with_name("model.onnx.data").exists() else None
    onnx_ir.save(model, str(target), external_data=beside)


def _sample(loaded: TorchModel, texts: list[str], inputs: Sequence[str]) -> dict[str, torch.Tensor]:
    limit = min(loaded.max_length or LONGEST_TOKENS, LONGEST_TOKENS)
    encoded = loaded.tokenizer.encode(texts, max_length=limit)
    return {name: values for name, values in loaded.pad(dict(encoded)).items() if name in inputs}


def largest_difference(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Return the largest difference of two arrays. Raises ModelFailed where they cannot be compared."""
    if found.shape != expected.shape:
        raise ModelFailed(f"The export gives an array of the shape {found.shape}, torch one of {expected.shape}.")
    if not np.isfinite(found).all():
        raise ModelFailed("The export gives numbers that are none (NaN).")
    return float(np.abs(found - expected).max())
