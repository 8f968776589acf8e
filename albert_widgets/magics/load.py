"""``%albert load``: a model into the backend's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.name("name", "the model; without it, this notebook's", offers="model")
    devices, types = ("auto", "cpu", "cuda", "mps"), ("auto", "float32", "bfloat16", "float16")
    parser.option("--device", default="auto", offers=devices, metavar="NAME", help="such as cpu or cuda")
    parser.option("--dtype", default="auto", offers=types, metavar="NAME", help="such as float32 or bfloat16")
    parser.examples = ("%albert load starter", "%albert load starter --dtype bfloat16")


def run(args: Namespace, context: Context) -> object:
    """Return the model, loaded."""
    from albert_widgets.results import ModelList

    return ModelList([context.bert.load(args.name, device=args.device, dtype=args.dtype)])
