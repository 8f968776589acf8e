"""Downloads from a real hub on loopback: stopped at once, resumed, verified; jobs survive a crash."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from albert_widgets.backend import Backend
from albert_widgets.backend.jobs import JobStore
from albert_widgets.errors import AlbertError, Conflict, JobNotFound, ModelFailed, ModelNotFound, ModelUnsafe
from albert_widgets.job import Job
from tests.hub import COMMIT, Hub, serving

MODEL = "someone/tiny-bert"
WEIGHTS = f"/{MODEL}/resolve/{COMMIT}/model.safetensors"


@pytest.fixture(scope="module")
def repo(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of some megabytes."""
    import torch
    import transformers as tf

    from tests.checkpoints import tokenizer

    folder = tmp_path_factory.mktemp("repo")
    config = tf.BertConfig(vocab_size=2000, hidden_size=128, num_hidden_layers=8, num_attention_heads=4)
    torch.manual_seed(0)
    tf.BertModel(config).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    (folder / "pytorch_model.bin").write_bytes(b"never fetched" * 1000)
    return folder


@pytest.fixture
def hub(repo: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving({MODEL: repo}) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        monkeypatch.delenv("HF_HUB_OFFLINE")
        yield served


@pytest.fixture
def store(hub: Hub, home: Path) -> Iterator[JobStore]:
    made = JobStore(_root(home))
    yield made
    made.close()


def _root(home: Path) -> Path:
    root = home / "jobs"
    root.mkdir(exist_ok=True)
    return root


def begin(store: JobStore, model: str = MODEL) -> Job:
    return Job(store, store.submit("download", {"model": model, "revision": None}).id)


def until(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_download_can_be_used_at_once(store: JobStore, hub: Hub, repo: Path) -> None:
    job = begin(store)
    result = job.result(60)
    assert result["revision"] == COMMIT
    code = (
        "from albert_widgets import Backend; b = Backend(); m = b.load('someone/tiny-bert');"
        "print(m.source, m.revision, b.embed('the cat', model=m.id).vectors.shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    assert done.stdout.split() == ["hub", COMMIT, "(1,", "128)"], done.stderr
    assert not any("pytorch_model.bin" in path for path in hub.sent), "pickled weights are never fetched"
    total = sum(file.stat().st_size for file in repo.iterdir() if file.suffix != ".bin")
    progress = [event.data for event in job.events(follow=False) if event.kind == "progress"]
    assert [step["done"] for step in progress] == sorted(step["done"] for step in progress)
    assert progress[-1]["done"] == progress[-1]["total"] == total == result["bytes"]
    events = list(job.events())
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.data["state"] for event in events if event.kind == "state"] == ["queued", "running", "finished"]


def test_stop_really_stops_and_resume_fetches_the_rest(store: JobStore, hub: Hub, repo: Path) -> None:
    size = (repo / "model.safetensors").stat().st_size
    hub.bytes_per_second = 1_000_000
    job = begin(store)
    until(lambda: hub.sent.get(WEIGHTS, 0) > 1_000_000)
    job.stop()
    assert job.wait(10).state == "stopped"
    # What the server had written into its buffers before it met the closed connection may count as sent.
    until(lambda: WEIGHTS in hub.broken_off, 10)
    first = hub.sent[WEIGHTS]
    time.sleep(0.3)
    assert hub.sent[WEIGHTS] == first < size
    hub.bytes_per_second = 0
    job.resume()
    assert job.result(60)["model"] == MODEL
    assert hub.sent[WEIGHTS] - first < size, "the second try began where the first ended"
    states = [event.data["state"] for event in job.events() if event.kind == "state"]
    assert states == ["queued", "running", "stopped", "queued", "running", "finished"]


def test_pause_and_resume(store: JobStore, hub: Hub) -> None:
    hub.bytes_per_second = 1_000_000
    job = begin(store)
    until(lambda: hub.sent.get(WEIGHTS, 0) > 200_000)
    job.pause()
    until(lambda: job.state == "paused", 10)
    hub.bytes_per_second = 0
    job.resume()
    assert job.wait(60).state == "finished"


def test_a_file_that_is_not_what_the_hub_says_is_refused(store: JobStore, hub: Hub) -> None:
    hub.lie = True
    job = begin(store)
    with pytest.raises(ModelFailed, match=r"model.safetensors of someone/tiny-bert is not what the hub says"):
        job.result(60)
    hub.lie = False
    job.resume()
    assert job.wait(60).state == "finished"


def test_a_killed_service_leaves_an_interrupted_job_that_resumes(hub: Hub, home: Path) -> None:
    hub.bytes_per_second = 1_000_000
    code = (
        "import sys, time; from pathlib import Path; from albert_widgets.backend.jobs import JobStore;"
        f"JobStore(Path({str(_root(home))!r})).submit('download', {{'model': {MODEL!r}, 'revision': None}});"
        "time.sleep(600)"
    )
    service = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: hub.sent.get(WEIGHTS, 0) > 500_000)
    other = JobStore(_root(home))
    assert other.job_info("download-1").state == "running"
    with pytest.raises(Conflict, match="runs in another process"):
        other.stop_job("download-1")
    other.close()
    service.send_signal(signal.SIGKILL)
    service.wait()
    # The child notices that nobody watches it any more, and ends too.
    until(lambda: WEIGHTS in hub.broken_off, 20)
    hub.bytes_per_second = 0
    store = JobStore(_root(home))
    try:
        assert store.job_info("download-1").state == "interrupted"
        store.resume_job("download-1")
        assert Job(store, "download-1").wait(60).state == "finished"
    finally:
        store.close()


@pytest.mark.parametrize(
    ("breaking", "error", "message"),
    [
        ("bin", ModelUnsafe, "has only pickled weights"),
        ("code", ModelUnsafe, "wants to run its own Python code"),
        ("empty", ModelFailed, "has no model.safetensors"),
        ("gone", ModelNotFound, "The hub has no model"),
    ],
)
def test_what_must_not_be_fetched_is_not(
    store: JobStore, hub: Hub, repo: Path, tmp_path: Path, breaking: str, error: type[AlbertError], message: str
) -> None:
    folder = Path(shutil.copytree(repo, tmp_path / "repo"))
    if breaking in {"bin", "empty"}:
        (folder / "model.safetensors").unlink()
    if breaking == "empty":
        (folder / "pytorch_model.bin").unlink()
    if breaking == "code":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "evil.Model"}}))
    if breaking != "gone":
        hub.repos["someone/broken"] = folder
    with pytest.raises(error, match=message):
        begin(store, "someone/broken").result(60)
    assert not any(path.endswith((".safetensors", ".bin")) for path in hub.sent)


def test_offline_mode_is_respected(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(AlbertError, match="Offline mode is on"):
        begin(store).result(60)


def test_jobs_queue_and_the_same_work_is_not_done_twice(store: JobStore, hub: Hub, repo: Path) -> None:
    hub.bytes_per_second = 500_000
    for name in ("a/one", "a/two", "a/three"):
        hub.repos[name] = repo
    jobs = [begin(store, name) for name in ("a/one", "a/two", "a/three")]
    assert [job.state for job in jobs] == ["running", "running", "queued"]
    with pytest.raises(Conflict, match=r"Job download-1 does that already; it is running."):
        begin(store, "a/one")
    jobs[2].stop()
    assert jobs[2].state == "stopped", "a job that only waited stops at once"
    jobs[2].resume()
    hub.bytes_per_second = 0
    assert [job.wait(60).state for job in jobs] == ["finished"] * 3
    assert [info.id for info in store.infos()] == ["download-3", "download-2", "download-1"]
    with pytest.raises(Conflict, match="is finished already"):
        jobs[0].stop()
    with pytest.raises(Conflict, match="cannot be resumed"):
        jobs[0].resume()


def test_several_threads_follow_one_job(store: JobStore, hub: Hub) -> None:
    hub.bytes_per_second = 3_000_000
    job = begin(store)
    seen: list[list[int]] = []

    def follow() -> None:
        seen.append([event.seq for event in job.events()])

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    job.wait(60)
    for thread in threads:
        thread.join(10)
    assert len(seen) == 4
    assert all(numbers == seen[0] == list(range(1, len(numbers) + 1)) for numbers in seen)


def test_a_broken_job_folder_hides_no_other(store: JobStore, home: Path) -> None:
    for name, content in {"download-7": '{"id": "download-7', "download-8": "[]", "notes": ""}.items():
        (_root(home) / name).mkdir()
        (_root(home) / name / "job.json").write_text(content)
    job = begin(store)
    assert job.id == "download-9"
    assert [info.id for info in store.infos()] == ["download-9"]
    with pytest.raises(JobNotFound, match=r"There is no job '../../etc'"):
        store.job_info("../../etc")
    job.wait(60)


def test_closing_the_backend_interrupts_its_jobs(hub: Hub, home: Path) -> None:
    hub.bytes_per_second = 500_000
    backend = Backend()
    job = backend.download(MODEL)
    until(lambda: hub.sent.get(WEIGHTS, 0) > 100_000)
    assert backend.status().jobs == (job.id,)
    backend.close()
    again = Backend()
    assert again.job(job.id).state == "interrupted"
    hub.bytes_per_second = 0
    again.job(job.id).resume()
    assert again.job(job.id).result(60)["model"] == MODEL
    again.close()
