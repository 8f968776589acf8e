"""Results as bytes: a JSON header beside raw arrays, for HTTP bodies and for widget buffers.

HTTP body (``application/octet-stream``): a little-endian uint32 with the header's length, the
header as UTF-8 JSON padded with spaces to a multiple of 8 bytes, then the arrays, each C-ordered,
little-endian and padded with zeros to a multiple of 8 bytes.

Header: ``{"result": …, "arrays": [nbytes, …]}``. In ``result`` a dataclass is
``{"$type": name, field: …}`` and an array ``{"$array": index, "dtype": "float32", "shape": [2, 3]}``.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets import job, results
from albert_widgets.errors import BackendUnavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEDIA_TYPE = "application/octet-stream"

_CLASSES: list[type[Any]] = [*(getattr(results, name) for name in results.__all__), job.JobInfo, job.JobEvent]
_TYPES = {cls.__name__: cls for cls in _CLASSES if dataclasses.is_dataclass(cls)}


def pack(value: Any) -> tuple[Any, list[NDArray[Any]]]:
    """Return ``value`` as JSON-serialisable data, and the arrays it refers to by index."""
    arrays: list[NDArray[Any]] = []

    def visit(item: Any) -> Any:
        # Nearly all of it, in an answer with many texts.
        if isinstance(item, str):
            return item
        if isinstance(item, np.ndarray):
            array = np.ascontiguousarray(item)
            arrays.append(array.astype(array.dtype.newbyteorder("<"), copy=False))
            return {"$array": len(arrays) - 1, "dtype": array.dtype.name, "shape": list(array.shape)}
        if dataclasses.is_dataclass(item) and not isinstance(item, type):
            fields = {field.name: visit(getattr(item, field.name)) for field in dataclasses.fields(item)}
            return {"$type": type(item).__name__, **fields}
        if isinstance(item, list | tuple):
            return [visit(part) for part in item]
        if isinstance(item, dict):
            return {key: visit(part) for key, part in item.items()}
        return item.item() if isinstance(item, np.generic) else item

    return visit(value), arrays


def unpack(data: Any, arrays: list[NDArray[Any]]) -> Any:
    """Return what :func:`pack` was given; sequences inside dataclasses come back as tuples."""

    def visit(item: Any, inside: bool) -> Any:
        if isinstance(item, list):
            parts = [visit(part, inside) for part in item]
            return tuple(parts) if inside else parts
        if not isinstance(item, dict):
            return item
        if "$array" in item:
            return arrays[item["$array"]]
        if "$type" in item:
            fields = {key: visit(part, True) for key, part in item.items() if key != "$type"}
            return _TYPES[item["$type"]](**fields)
        return {key: visit(part, False) for key, part in item.items()}

    return visit(data, False)


def to_json(value: Any) -> Any:
    """Return ``value`` as plain JSON data for clients without binary decoding: arrays become nested lists."""
    return plain(*pack(value))


def plain(data: Any, arrays: list[NDArray[Any]]) -> Any:
    """Return what :func:`pack` made as plain JSON data."""

    def visit(item: Any) -> Any:
        if isinstance(item, list):
            return [visit(part) for part in item]
        if not isinstance(item, dict):
            return item
        if "$array" in item:
            return arrays[item["$array"]].tolist()
        return {key: visit(part) for key, part in item.items() if key != "$type"}

    return visit(data)


def to_bytes(value: Any) -> bytes:
    """Return ``value`` as an HTTP body."""
    data, arrays = pack(value)
    header = json.dumps({"result": data, "arrays": [array.nbytes for array in arrays]}, ensure_ascii=False)
    encoded = header.encode()
    # 4 bytes of length come first, so this padding aligns the first array to 8 bytes.
    encoded += b" " * (-(len(encoded) + 4) % 8)
    parts = [struct.pack("<I", len(encoded)), encoded]
    for array in arrays:
        parts += [array.tobytes(), b"\x00" * (-array.nbytes % 8)]
    return b"".join(parts)


def from_bytes(body: bytes) -> Any:
    """Return what :func:`to_bytes` was given; arrays are read-only views into ``body``.

    Raises
    ------
    BackendUnavailable
        The body is no such message (a proxy's page, a cut connection).
    """
    try:
        (length,) = struct.unpack_from("<I", body)
        header = json.loads(body[4 : 4 + length])
        shapes = _array_specs(header["result"])
        at = 4 + length
        arrays: list[NDArray[Any]] = []
        for index, nbytes in enumerate(header["arrays"]):
            dtype, shape = shapes[index]
            kind = np.dtype(dtype).newbyteorder("<")
            count = nbytes // kind.itemsize
            arrays.append(np.frombuffer(body, dtype=kind, count=count, offset=at).reshape(shape))
            at += nbytes + (-nbytes % 8)
        return unpack(header["result"], arrays)
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise BackendUnavailable(
            "The backend's answer cannot be read; something between here and the backend changed it."
        ) from error


def _array_specs(data: Any) -> dict[int, tuple[str, list[int]]]:
    found: dict[int, tuple[str, list[int]]] = {}
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "$array" in item:
                found[item["$array"]] = (item["dtype"], item["shape"])
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return found
