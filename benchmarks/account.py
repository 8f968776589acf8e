"""Where the time of predict goes: tokens, matrix products, attention, what else the model does, Python; and padding."""

from __future__ import annotations

import cProfile
import json
import pstats
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import ours
from .contenders import Worker
from .limit import Shape, matrix_products
from .table import show_rows
from .texts import SETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .throughput import Settings

TEXTS = 1000
"""Of each set, at most: fewer than are cut into tokens at once, so that all is done in one thread, and seen."""
KINDS = {
    "matrix products": ("addmm", "aten::mm", "linear", "matmul", "gemm"),
    "attention, in onnxruntime with its projections": ("scaled_dot_product", "softmax", "bmm", "attention"),
}
"""Parts of the names of operations in torch and onnxruntime, in small letters."""
TOKENS, OTHER = "cutting texts into tokens", "other operations"


def account(settings: Settings) -> list[str]:
    """Print the machine's rates, and a table for each precision; nothing of it is right or wrong."""
    _print_rates(settings)
    shape = Shape.of(settings.classifier)
    for precision in settings.precisions:
        columns = []
        for name in settings.sets:
            texts = SETS[name](settings.data, min(TEXTS, *settings.counts))
            real = sum(shape.lengths(settings.classifier, texts))
            # A worker for each: onnxruntime's profile is that of all its life.
            with closing(Worker(_profiled, settings.classifier)) as worker:
                found = worker.run(texts, precision).answer
            padding = found.pop("tokens") / real - 1
            columns.append([name, *(f"{share:.1%}" for share in found.values()), f"{padding:.1%}"])
        heads = ["of the time of predict", *found, "tokens read on top of the texts' own: padding (in the above)"]
        show_rows(f"Where the time goes, albert-widgets {precision}".strip(), list(zip(heads, *columns, strict=True)))
    return []


def _print_rates(settings: Settings) -> None:
    rows = [["torch matmul of the model's shapes, all cores", "GFLOP/s", "for each second of the processor"]]
    with closing(Worker(matrix_products, settings.classifier)) as worker:
        for dtype in ("float32", "bfloat16"):
            worker.run(dtype)
            taken = [worker.run(dtype) for _ in range(settings.rounds)]
            wall, cpu = (max(one.answer / getattr(one, clock) for one in taken) for clock in ("wall", "cpu"))
            rows.append([f"{dtype}, best of {settings.rounds}", f"{wall / 1e9:.0f}", f"{cpu / 1e9:.0f}"])
    show_rows("What the machine can do", rows)


def _profiled(folder: str) -> Callable[..., dict[str, float]]:
    """Make what classifies texts under profilers; see :class:`_Profile`."""
    profile = _Profile()
    read = ours.predicting(folder)

    def work(texts: list[str], precision: str) -> dict[str, float]:
        # Whatever is made ready, loaded or chosen at the first call must not be in the account.
        read(texts, precision)
        return profile.of(lambda: read(texts, precision))

    return work


class _Profile:
    """Watches torch, onnxruntime and the tokenizer in this process; must be made before a session of onnxruntime is."""

    def __init__(self) -> None:
        import torch

        self.tokens = 0
        self.sessions: list[Any] = []
        self.place = tempfile.TemporaryDirectory()
        self._watch_sessions()

        def count(module: Any, given: Any) -> None:
            # The widest table is that of the words; positions and segments are smaller.
            if isinstance(module, torch.nn.Embedding) and module.num_embeddings > 5000:
                self.tokens += given[0].numel()

        torch.nn.modules.module.register_module_forward_pre_hook(count)

    def _watch_sessions(self) -> None:
        import onnxruntime

        profile, place = self, self.place.name

        class Options(onnxruntime.SessionOptions):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__()
                self.enable_profiling = True
                self.profile_file_prefix = str(Path(place) / "session")

        class Session(onnxruntime.InferenceSession):  # type: ignore[misc]
            def __init__(self, *arguments: Any, **how: Any) -> None:
                super().__init__(*arguments, **how)
                profile.sessions.append(self)

            def run(self, names: Any, inputs: Any, options: Any = None) -> Any:
                profile.tokens += inputs["input_ids"].size
                return super().run(names, inputs, options)

        onnxruntime.SessionOptions, onnxruntime.InferenceSession = Options, Session

    def of(self, work: Callable[[], object]) -> dict[str, float]:
        """Return the share of each kind of work in the time, and the padded tokens that were read.

        Once under torch's profiler, for its operations; once under Python's, for tokenizer and onnxruntime, whose own
        profile says how the latter is divided.
        """
        from torch.profiler import ProfilerActivity, profile

        # The first time, the profiler itself takes a while.
        with profile(activities=[ProfilerActivity.CPU]):
            work()
        with profile(activities=[ProfilerActivity.CPU], acc_events=True) as in_torch:
            start = time.perf_counter()
            work()
            wall = time.perf_counter() - start
        torchs = {event.key: event.self_cpu_time_total / 1e6 / wall for event in in_torch.key_averages()}
        self.tokens = 0
        python = cProfile.Profile()
        python.runcall(work)
        total, builtin = _times(python)
        tokenizer = sum(taken for name, taken in builtin.items() if "of 'tokenizers." in name) / total
        session = sum(taken for name, taken in builtin.items() if "run" in name and "onnxruntime" in name) / total
        shares = {TOKENS: tokenizer, **dict.fromkeys(KINDS, 0.0), OTHER: 0.0}
        for name, share in [*torchs.items(), *self._sessions(session).items()]:
            shares[_kind(name)] += share
        return {**shares, "Python, and what is between": 1 - sum(shares.values()), "tokens": float(self.tokens)}

    def _sessions(self, share: float) -> dict[str, float]:
        """Return what each kind of node has of onnxruntime's share of the time."""
        nodes: Counter[str] = Counter()
        for session in self.sessions:
            for event in json.loads(Path(session.end_profiling()).read_text(encoding="utf-8")):
                if event.get("cat") == "Node" and "op_name" in event.get("args", {}):
                    nodes[event["args"]["op_name"]] += event["dur"]
        return {name: share * taken / nodes.total() for name, taken in nodes.items()}


def _times(profile: cProfile.Profile) -> tuple[float, dict[str, float]]:
    """Return all seconds, and those of each function that is not Python's."""
    stats: Any = pstats.Stats(profile)
    return stats.total_tt, {name: one[2] for (file, _, name), one in stats.stats.items() if file == "~"}


def _kind(name: str) -> str:
    return next((kind for kind, parts in KINDS.items() if any(part in name.lower() for part in parts)), OTHER)
