"""Reading a checkpoint of TensorFlow (a "tensor bundle") without TensorFlow.

``PREFIX.index`` is a sorted table as LevelDB writes it: from the name of each variable to a protobuf message that says
where its bytes lie in ``PREFIX.data-00000-of-00001``, and so on. The format is that of ``tensor_bundle.proto`` and of
LevelDB's ``table_format.md``. TensorFlow writes the blocks of the table without compression.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from albert_widgets.errors import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5
"""After each block: a byte for its compression, and four for its checksum."""
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}
"""``DataType`` of TensorFlow and what numpy calls it; others are read by nobody here."""
_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"


@dataclass(frozen=True)
class Variable:
    """Where a variable's bytes lie: its type and shape, the number of the data file, and where in it."""

    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int


class TensorBundle:
    """The variables of a checkpoint, by name; a file is read when its variable is asked for.

    Parameters
    ----------
    prefix
        What the names of its files begin with: ``bert_model.ckpt``.

    Raises
    ------
    ModelFailed
        No such file, one that is cut short or damaged, or a form of it that is not read here.
    """

    def __init__(self, prefix: Path) -> None:
        self._prefix = prefix
        self._shards = 1
        self.variables: dict[str, Variable] = {}
        index = prefix.with_name(f"{prefix.name}.index")
        try:
            for key, value in _table(index.read_bytes()):
                self._take(key.decode(), value)
        except (OSError, ValueError, IndexError, struct.error) as error:
            raise ModelFailed(f"{index.name} cannot be read: {error}.", "Download the checkpoint again.") from error
        if _OBJECTS in self.variables:
            raise ModelFailed(
                f"{index.name} is a checkpoint of Keras objects, as TensorFlow 2 saves them.",
                "Load it where TensorFlow is, and save the model as tf_model.h5 with transformers 4.",
            )

    def _take(self, name: str, message: bytes) -> None:
        fields = _message(message)
        if not name:
            # The header comes first: how many data files there are, and in which order their bytes are.
            self._shards = int(fields.number(1))
            if fields.number(2):
                raise ValueError("its numbers are big-endian")
            return
        if fields.parts(7):
            raise ValueError(f"{name} is in slices")
        shape = tuple(int(_message(size).number(1)) for size in _message(b"".join(fields.parts(2))).parts(2))
        self.variables[name] = Variable(
            int(fields.number(1)), shape, int(fields.number(3)), int(fields.number(4)), int(fields.number(5))
        )

    def read(self, name: str) -> NDArray[Any]:
        """Return a variable's value.

        Raises
        ------
        ModelFailed
            Its data file is missing, too short, or of a type that is not read here.
        """
        one = self.variables[name]
        file = self._prefix.with_name(f"{self._prefix.name}.data-{one.shard:05}-of-{self._shards:05}")
        if one.dtype not in _TYPES:
            raise ModelFailed(f"{name} is of TensorFlow's type {one.dtype}; floats and integers can be read.")
        dtype = np.dtype(_TYPES[one.dtype])
        count = math.prod(one.shape)
        if count * dtype.itemsize != one.size:
            raise ModelFailed(
                f"{name} should have {count * dtype.itemsize:,} bytes, but has {one.size:,}.",
                "Download the checkpoint again.",
            )
        try:
            with file.open("rb") as data:
                data.seek(one.offset)
                # A file that is too short must not ask for memory that is never filled.
                found = data.read(one.size)
        except OSError as error:
            raise ModelFailed(f"{file.name} cannot be read: {error.strerror}.", "Download it again.") from error
        if len(found) != one.size:
            raise ModelFailed(f"{file.name} ends before {name} does.", "Download it again.")
        return np.frombuffer(found, dtype).reshape(one.shape)


# --- the table ------------------------------------------------------------------------------------


def _table(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a sorted table."""
    if len(file) < _FOOTER or struct.unpack_from("<Q", file, len(file) - 8) != (_MAGIC,):
        raise ValueError("it is no index of a checkpoint, or cut short")
    at = len(file) - _FOOTER
    _, at = _handle(file, at)
    (offset, size), _ = _handle(file, at)
    for _, handle in _entries(_block(file, offset, size)):
        (offset, size), _ = _handle(handle, 0)
        yield from _entries(_block(file, offset, size))


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return (offset, size), at


def _block(file: bytes, offset: int, size: int) -> bytes:
    """Return a block's bytes, checked against its checksum."""
    end = offset + size
    if end + _TRAILER > len(file):
        raise ValueError("it is cut short")
    compression, checksum = struct.unpack_from("<BI", file, end)
    if _masked(_crc32c(file[offset : end + 1])) != checksum:
        raise ValueError("a checksum is wrong, so it is damaged")
    if compression:
        raise ValueError("its blocks are compressed, which TensorFlow itself does not do")
    return file[offset:end]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what is in a block; a key names only what is new since the one before."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end = len(block) - 4 * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + own + length > end:
            raise ValueError("an entry leaves its block")
        key = key[:shared] + block[at : at + own]
        yield key, block[at + own : at + own + length]
        at += own + length


def _crc32c_table() -> tuple[int, ...]:
    values = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        values.append(value)
    return tuple(values)


_CRC32C = _crc32c_table()


def _crc32c(data: bytes) -> int:
    """Return the Castagnoli checksum; an index is small."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ _CRC32C[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def _masked(checksum: int) -> int:
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


# --- protobuf -------------------------------------------------------------------------------------


@dataclass
class _Fields:
    """The fields of a message by number: numbers, and parts that have a length."""

    numbers: dict[int, int] = field(default_factory=dict)
    lengths: dict[int, list[bytes]] = field(default_factory=dict)

    def number(self, which: int) -> int:
        """Return a number; what is not written is 0."""
        return self.numbers.get(which, 0)

    def parts(self, which: int) -> list[bytes]:
        """Return all parts of a repeated field."""
        return self.lengths.get(which, [])


def _message(data: bytes) -> _Fields:
    found, at = _Fields(), 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            found.numbers[number], at = _varint(data, at)
        elif kind == 2:
            length, at = _varint(data, at)
            if at + length > len(data):
                raise ValueError("a message is cut short")
            found.lengths.setdefault(number, []).append(data[at : at + length])
            at += length
        elif kind in {1, 5}:
            # A checksum; the size of what it is of is compared instead.
            at += 8 if kind == 1 else 4
        else:
            raise ValueError("a message cannot be read")
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("a number is too long")
