"""Files as TensorFlow writes them, written from the formats' definitions: nothing here knows the readers."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

State = dict[str, np.ndarray]


def state_of(model: Any) -> State:
    """The weights of a PyTorch model by name, without those that are tied to others."""
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    return {name: value for name, value in state.items() if not name.startswith("cls.predictions.decoder")}


# --- Keras, as transformers 4 --------------------------------------------------------------------


def keras_variable(name: str, value: np.ndarray) -> tuple[str, str, np.ndarray]:
    """The Keras layer, the variable's name in the model, and the value, of a weight of PyTorch."""
    layer, rest = name.split(".", 1)
    if name.startswith("cls."):
        layer = "mlm___cls" if "predictions" in name else "nsp___cls"
    path, last = rest.rsplit(".", 1) if "." in rest else ("", rest)
    path = re.sub(r"layer/(\d+)", r"layer_._\1", path.replace(".", "/"))
    if path.endswith("LayerNorm"):
        last = {"weight": "gamma", "bias": "beta"}[last]
    elif path.endswith(("position_embeddings", "token_type_embeddings")):
        last = "embeddings"
    elif last == "weight" and not path.endswith("word_embeddings"):
        last, value = "kernel", value.T
    return layer, "/".join(part for part in (layer, path, last) if part) + ":0", value


def write_keras(path: Path, model: str, state: State) -> None:
    """Write ``tf_model.h5`` as ``TFPreTrainedModel.save_pretrained`` does; ``model`` is ``tf_bert_for_masked_lm``."""
    layers: dict[str, dict[str, np.ndarray]] = {}
    for name, value in state.items():
        layer, variable, array = keras_variable(name, value)
        layers.setdefault(layer, {})[f"{model}/{variable}"] = array
    if "mlm___cls" in layers:
        # The head has the embeddings for its own, too, so Keras writes them twice.
        words = f"{model}/bert/embeddings/word_embeddings/weight:0"
        layers["mlm___cls"][words] = layers["bert"][words]
    layers["dropout_37"] = {}
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([name.encode() for name in layers])
        file.attrs["backend"] = np.bytes_("tensorflow")
        file.attrs["keras_version"] = np.bytes_("2.15.0")
        for layer, variables in {**layers, "top_level_model_weights": {}}.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = np.array([name.encode() for name in variables], dtype="S")
            for name, value in variables.items():
                group.create_dataset(name, data=value)


# --- Google's checkpoints ------------------------------------------------------------------------


def google_variable(name: str, value: np.ndarray) -> tuple[str, np.ndarray]:
    """The name in Google's code, and the value, of a weight of PyTorch."""
    fixed = {
        "cls.predictions.bias": ("cls/predictions/output_bias", value),
        "cls.seq_relationship.weight": ("cls/seq_relationship/output_weights", value),
        "cls.seq_relationship.bias": ("cls/seq_relationship/output_bias", value),
        "classifier.weight": ("output_weights", value),
        "classifier.bias": ("output_bias", value),
        "qa_outputs.weight": ("cls/squad/output_weights", value),
        "qa_outputs.bias": ("cls/squad/output_bias", value),
    }
    if name in fixed:
        return fixed[name]
    path, last = name.rsplit(".", 1)
    path = re.sub(r"layer/(\d+)", r"layer_\1", path.replace(".", "/"))
    if path.endswith("_embeddings"):
        return path, value
    if path.endswith("LayerNorm"):
        return f"{path}/{({'weight': 'gamma', 'bias': 'beta'})[last]}", value
    return (f"{path}/kernel", value.T) if last == "weight" else (f"{path}/bias", value)


def crc32c(data: bytes) -> int:
    """The Castagnoli checksum, bit by bit."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 & -(value & 1))
    return ~value & 0xFFFFFFFF


def mask(checksum: int) -> int:
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) % 2**32


def varint(number: int) -> bytes:
    out = b""
    while number >= 128:
        out += bytes([number % 128 + 128])
        number //= 128
    return out + bytes([number])


def block_of(entries: list[tuple[bytes, bytes]], interval: int = 4) -> bytes:
    """A block of a table: keys share what they begin with, but for every fourth one."""
    out, restarts, before = b"", [], b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % interval == 0:
            restarts.append(len(out))
        else:
            while shared < min(len(key), len(before)) and key[shared] == before[shared]:
                shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    restarts = restarts or [0]
    return out + b"".join(struct.pack("<I", at) for at in restarts) + struct.pack("<I", len(restarts))


def table_of(entries: list[tuple[bytes, bytes]], *, per_block: int = 7, compression: int = 0) -> bytes:
    """A sorted table, as LevelDB's ``table_format.md`` says."""
    out = b""

    def add(block: bytes) -> bytes:
        nonlocal out
        handle = varint(len(out)) + varint(len(block))
        kind = bytes([compression])
        out += block + kind + struct.pack("<I", mask(crc32c(block + kind)))
        return handle

    index = []
    for start in range(0, len(entries), per_block):
        part = entries[start : start + per_block]
        index.append((part[-1][0], add(block_of(part))))
    meta = add(block_of([]))
    footer = meta + add(block_of(index, interval=1))
    return out + footer + bytes(40 - len(footer)) + struct.pack("<Q", 0xDB4775248B80FB57)


def entry_of(dtype: int, shape: tuple[int, ...], shard: int, offset: int, data: bytes) -> bytes:
    """A ``BundleEntryProto``; zeros are not written."""
    dims = b""
    for size in shape:
        dim = b"\x08" + varint(size)
        dims += b"\x12" + varint(len(dim)) + dim
    out = b"\x08" + varint(dtype) + b"\x12" + varint(len(dims)) + dims
    for number, value in ((3, shard), (4, offset), (5, len(data))):
        if value:
            out += bytes([number << 3]) + varint(value)
    return out + b"\x35" + struct.pack("<I", mask(crc32c(data[:64])))


def write_checkpoint(prefix: Path, variables: State, *, shards: int = 1, **how: Any) -> None:
    """Write ``PREFIX.index`` and its data files."""
    types = {"float32": 1, "float64": 2, "int32": 3, "int64": 9, "float16": 19, "uint8": 4}
    data = [b""] * shards
    version = b"\x08\x01"
    entries = [(b"", b"\x08" + varint(shards) + b"\x1a" + varint(len(version)) + version)]
    for number, (name, value) in enumerate(sorted(variables.items())):
        shard, raw = number % shards, np.ascontiguousarray(value).tobytes()
        entries.append((name.encode(), entry_of(types[value.dtype.name], value.shape, shard, len(data[shard]), raw)))
        data[shard] += raw
    prefix.with_name(f"{prefix.name}.index").write_bytes(table_of(entries, **how))
    for shard, raw in enumerate(data):
        prefix.with_name(f"{prefix.name}.data-{shard:05}-of-{shards:05}").write_bytes(raw)


def write_google(folder: Path, state: State, config: dict[str, Any], words: list[str]) -> None:
    """Write a folder as Google published BERT, with the rests of an optimizer in it."""
    folder.mkdir(parents=True, exist_ok=True)
    variables = dict(google_variable(name, value) for name, value in state.items())
    variables["bert/embeddings/LayerNorm/beta/adam_m"] = np.zeros(3, np.float32)
    variables["global_step"] = np.array(12345, np.int64)
    write_checkpoint(folder / "bert_model.ckpt", variables)
    (folder / "bert_model.ckpt.meta").write_bytes(b"a graph that nobody reads")
    (folder / "bert_config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
