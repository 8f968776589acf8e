"""Whatever the description of the service allows, and much that it forbids, is answered as the description says.

schemathesis makes requests of ``/openapi.json``: its examples, the edges of every field, and random ones, good and bad.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from albert_widgets.backend import Backend, job_process
from albert_widgets.service.app import create_app
from tests.serving import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STREAMS = ("/events", "/jobs/{id}/events")
"""What never ends while somebody listens; tests of the service read it."""
MODELS = ("classifier", "mlm", "tags", "nobody")
"""Models of which the paths and the bodies speak; the others are left to chance, and are not there."""
SPARE = ("spare", "nobody")
"""For what takes a model away."""


@pytest.fixture(scope="module")
def tiny_backend(checkpoints: Path) -> Iterator[Backend]:
    """Small models only; jobs are taken, and wait for ever."""
    with pytest.MonkeyPatch.context() as patch:
        for name, kind in job_process.KINDS.items():
            patch.setitem(job_process.KINDS, name, replace(kind, at_once=0))
        made = Backend()
        for name in (*MODELS[:-1], "spare"):
            made.register(str(checkpoints / ("bert" if name == "spare" else name)), name=name)
        made.set_default("classifier")
        yield made
        made.close()
