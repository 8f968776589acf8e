"""Results survive the wire unchanged, and pictures of results are safe to show."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from albert_widgets.backend import Backend
from albert_widgets.errors import AlbertError, BackendUnavailable, ModelNotFound, error_from_dict
from albert_widgets.service import wire


def test_arrays_keep_type_shape_and_value(backend: Backend) -> None:
    maps = backend.attention("the cat 🙂", quantized=True)
    back = wire.from_bytes(wire.to_bytes([maps, {"n": np.float32(1.5)}]))
    assert back[1] == {"n": 1.5}
    assert back[0].weights.dtype == np.uint8
    assert (back[0].weights == maps.weights).all()
    assert back[0].layers == maps.layers
    assert back[0].tokens.text == "the cat 🙂"
    assert (back[0].tokens.offsets == maps.tokens.offsets).all()


def test_arrays_are_aligned(backend: Backend) -> None:
    body = wire.to_bytes(backend.tokenize("odd"))
    (length,) = struct.unpack_from("<I", body)
    assert (4 + length) % 8 == 0
    assert len(body) % 8 == 0


def test_json_has_plain_lists(backend: Backend) -> None:
    plain = json.loads(json.dumps(wire.to_json(backend.tokenize("the cat"))))
    assert plain["tokens"] == ["[CLS]", "the", "cat", "[SEP]"]
    assert plain["offsets"] == [[0, 0], [0, 3], [4, 7], [0, 0]]
    assert "$type" not in json.dumps(plain)


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"\xff\xff\xff\xff{}", b"\x02\x00\x00\x00{}"])
def test_a_foreign_answer_is_one_sentence(body: bytes) -> None:
    with pytest.raises(BackendUnavailable, match="cannot be read"):
        wire.from_bytes(body)


def test_errors_survive_the_wire() -> None:
    error = error_from_dict(ModelNotFound("gone", "type this", model="x").to_dict())
    assert isinstance(error, ModelNotFound)
    assert (error.message, error.hint, error.details) == ("gone", "type this", {"model": "x"})
    assert type(error_from_dict({"code": "new_in_a_later_version", "message": "m"})) is AlbertError


def test_pictures_escape_what_a_text_says(backend: Backend) -> None:
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    for result in (backend.tokenize(evil), backend.attention(evil), backend.embed(evil), backend.summarize(evil)):
        picture = result._repr_html_()
        assert "<script" not in picture
        assert "<img src=x" not in picture


def test_tables_are_pandas(backend: Backend) -> None:
    frame = backend.tokenize("the cat").to_frame()
    assert frame["token"].tolist() == ["[CLS]", "the", "cat", "[SEP]"]
    assert backend.similar("a", ["b", "c"]).to_frame().shape == (2, 3)
    assert backend.embed(["a", "b"]).to_frame().shape == (2, 385)


def test_a_figure_is_drawn(backend: Backend, tmp_path) -> None:
    figure = backend.attention("the cat sat").figure(layer=2, head=3)
    figure.savefig(tmp_path / "figure.png")
    assert figure._repr_png_().startswith(b"\x89PNG"), "a notebook shows it without pyplot"
    assert (tmp_path / "figure.png").stat().st_size > 5000
