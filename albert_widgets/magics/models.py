"""``%albert models``: which models there are; and adding one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from argparse import Namespace

    from .context import Context
    from .parser import Parser


def declare(parser: Parser) -> None:
    """Declare the options."""
    parser.option(
        "--add",
        offers="folder",
        metavar="FOLDER",
        help="add a folder on the backend's machine, with config.json and model.safetensors",
    )
    parser.option("--name", metavar="NAME", help="with --add: what to call it, instead of its folder's name")
    parser.examples = ("%albert models", "%albert models --add path/to/checkpoint --name mine")


def run(args: Namespace, context: Context) -> object:
    """Return the models, or the one that was added."""
    from albert_widgets.results import ModelList

    if args.add is not None:
        return ModelList([context.bert.register(args.add, name=args.name)])
    if args.name is not None:
        raise InputInvalid("--name goes with --add.", f"%albert models --add FOLDER --name {args.name}")
    return context.bert.models()
