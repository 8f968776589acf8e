"""kill -9 of job, backend and kernel in the middle of a training: see ``tests/kills.py``, which tries many more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.kills import Scene, try_moment, undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, checkpoints: Path) -> Iterator[Scene]:
    made = Scene(tmp_path_factory.mktemp("kills"), checkpoints / "bert")
    yield made
    made.close()


@pytest.fixture(scope="module")
def undisturbed_run(scene: Scene) -> tuple[float, dict[str, Any]]:
    return undisturbed(scene)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["job", "backend", "kernel"])
def test_a_run_outlives_what_is_killed(
    scene: Scene, undisturbed_run: tuple[float, dict[str, Any]], victim: str
) -> None:
    seconds, weights = undisturbed_run
    told = try_moment(scene, victim, 0.6 * seconds, weights, f"killed-{victim}")
    assert victim in told
