"""Downloads from a real hub on loopback: stopped at once, resumed, verified; jobs survive a crash."""

from __future__ import annotations

import hashlib
import json
import os
import re
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
from albert_widgets.errors import (
    AlbertError,
    BackendUnavailable,
    Conflict,
    JobNotFound,
    ModelFailed,
    ModelNotFound,
    ModelUnsafe,
    NoRoom,
)
from albert_widgets.job import Job
from tests.hub import COMMIT, Hub, Refusal, serving

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


@pytest.mark.slow
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


# --- what can go wrong ------------------------------------------------------------------------------


def sizes(repo: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in repo.iterdir() if file.suffix != ".bin"}


def usable() -> list[str]:
    """Ids of the models of the hub's cache that a user could take for whole, by a catalogue in a new process."""
    code = (
        "from albert_widgets.backend.catalog import Catalog\n"
        "for entry in Catalog().entries():\n"
        "    if entry.info.source == 'hub' and entry.info.is_usable: print(entry.info.id)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def failure(job: Job, seconds: float = 60) -> AlbertError:
    with pytest.raises(AlbertError) as caught:
        job.result(seconds)
    assert job.state == "failed"
    return caught.value


def test_a_line_that_breaks_goes_on_where_it_broke(store: JobStore, hub: Hub, repo: Path) -> None:
    hub.break_after, hub.breaks = 1_000_000, 3
    job = begin(store)
    assert job.wait(60).state == "finished"
    assert hub.sent[WEIGHTS] == sizes(repo)["model.safetensors"], "not one byte came twice"
    told = [event.data["message"] for event in job.events(follow=False) if event.kind == "log"]
    assert sum("the line broke at" in line for line in told) == 3
    assert usable() == [MODEL]


def test_a_line_that_breaks_at_once_each_time_ends_in_words_and_is_resumed(
    store: JobStore, hub: Hub, repo: Path
) -> None:
    hub.break_after, hub.breaks = 2_000_000, 1
    job = begin(store)
    until(lambda: hub.breaks == 0)
    hub.break_after, hub.breaks = 0, -1
    error = failure(job)
    assert isinstance(error, BackendUnavailable)
    assert (
        error.message
        == f"The line to {hub.url} breaks again and again: 2.0 MB of 29 MB of model.safetensors have come."
    )
    assert "resume the job" in error.hint
    assert usable() == []
    hub.breaks = 0
    job.resume()
    assert job.wait(60).state == "finished"
    assert hub.sent[WEIGHTS] == sizes(repo)["model.safetensors"], "the second job fetched the rest only"
    assert usable() == [MODEL]


@pytest.mark.slow
def test_a_hub_that_falls_silent_ends_in_words(store: JobStore, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "1")
    hub.stall_after = 1_000_000
    job = begin(store)
    until(lambda: hub.sent.get(WEIGHTS, 0) >= 1_000_000)
    hub.stall_after = 0
    error = failure(job)
    assert isinstance(error, BackendUnavailable)
    assert error.message == f"The line to {hub.url} is silent: 1.0 MB of 29 MB of model.safetensors have come."
    assert usable() == []
    hub.stall_after = None
    job.resume()
    assert job.wait(60).state == "finished"
    assert usable() == [MODEL]


WHERE = {"the description": "/api/models/", "a config": "config.json", "the weights": "model.safetensors"}


@pytest.mark.parametrize("where", list(WHERE))
@pytest.mark.parametrize(
    ("status", "headers", "kind", "said", "hint"),
    [
        (403, {}, ModelNotFound, r"does not let you have someone/tiny-bert \(403\)", "/someone/tiny-bert"),
        (403, {"X-Error-Code": "GatedRepo"}, ModelNotFound, "is gated", "Accept it at http"),
        (404, {"X-Error-Code": "EntryNotFound"}, AlbertError, r"has no longer a file|has no model", ""),
        (429, {"Retry-After": "77"}, BackendUnavailable, r"asked too often from here \(429\)", "in 77 seconds"),
        (503, {}, BackendUnavailable, r"out of order \(503\)", "resume the job"),
    ],
)
def test_what_the_hub_refuses_is_told(
    store: JobStore,
    hub: Hub,
    where: str,
    status: int,
    headers: dict[str, str],
    kind: type[AlbertError],
    said: str,
    hint: str,
) -> None:
    hub.refusals[WHERE[where]] = Refusal(status, headers)
    error = failure(begin(store))
    assert isinstance(error, kind)
    assert re.search(said, error.message), error
    assert hint in error.hint
    assert usable() == []


def test_a_hub_that_is_out_of_breath_for_a_moment_is_asked_again(store: JobStore, hub: Hub) -> None:
    hub.refusals["model.safetensors"] = Refusal(429, {"Retry-After": "1"}, times=1)
    hub.refusals["tokenizer.json"] = Refusal(502, {}, times=1)
    assert begin(store).wait(60).state == "finished"
    assert usable() == [MODEL]


def test_a_token_that_the_hub_does_not_know_is_told_and_not_shown(
    store: JobStore, hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.reader = "hf_right0000"
    error = failure(begin(store))
    assert isinstance(error, ModelNotFound)
    assert "or it is private" in error.message
    monkeypatch.setenv("HF_TOKEN", "hf_wrong0000")
    job = begin(store, "someone/other")
    error = failure(job)
    assert isinstance(error, BackendUnavailable)
    assert "does not know the token" in error.message
    written = "".join(path.read_text() for path in (_root(home) / job.id).iterdir() if path.is_file())
    assert "hf_wrong0000" not in written + str(error)
    monkeypatch.setenv("HF_TOKEN", "hf_right0000")
    assert begin(store).wait(60).state == "finished"
    assert hub.authorizations == {"", "hf_wrong0000", "hf_right0000"}


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("wrong", ["altered", "longer"])
def test_a_wrong_file_never_becomes_part_of_a_model(
    store: JobStore, hub: Hub, home: Path, name: str, wrong: str
) -> None:
    if wrong == "altered":
        hub.altered.add(name)
    else:
        hub.longer[name] = 5
    job = begin(store)
    error = failure(job)
    assert isinstance(error, ModelFailed)
    if name == "config.json" and wrong == "altered":
        assert "config.json of someone/tiny-bert is no JSON object" in error.message
    elif wrong == "longer":
        assert re.search(rf"{name} of someone/tiny-bert (should have [\d,]+ bytes, but|is no JSON)", error.message)
    else:
        assert f"{name} of someone/tiny-bert is not what the hub says" in error.message
    assert usable() == []
    assert not list(home.rglob(f"snapshots/*/{name}"))
    hub.altered.clear()
    hub.longer.clear()
    job.resume()
    assert job.wait(60).state == "finished"
    assert usable() == [MODEL]


def test_a_download_mends_what_is_broken_and_fetches_nothing_else(store: JobStore, hub: Hub, home: Path) -> None:
    assert begin(store).wait(60).state == "finished"
    snapshot = next(home.rglob("snapshots/*"))
    for name in ("model.safetensors", "tokenizer.json"):
        blob = (snapshot / name).resolve()
        content = blob.read_bytes()
        blob.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (snapshot / "model.safetensors").resolve().touch()
    hub.sent.clear()
    assert begin(store).wait(60).state == "finished"
    read_first = {"config.json", "tokenizer_config.json"}
    assert {Path(path).name for path in hub.sent} - read_first == {"model.safetensors", "tokenizer.json"}
    assert usable() == [MODEL]


def test_a_partial_file_that_cannot_be_right_is_thrown_away(store: JobStore, hub: Hub, repo: Path, home: Path) -> None:
    digest = hashlib.sha256((repo / "model.safetensors").read_bytes()).hexdigest()
    blobs = home / "huggingface" / "hub" / "models--someone--tiny-bert" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{digest}.albert-partial").write_bytes(b"\1" * (sizes(repo)["model.safetensors"] + 9))
    assert begin(store).wait(60).state == "finished"
    assert hub.sent[WEIGHTS] == sizes(repo)["model.safetensors"]
    assert not list(blobs.glob("*.albert-partial"))


def test_half_a_model_is_not_shown_while_it_comes(store: JobStore, hub: Hub) -> None:
    hub.bytes_per_second = 1_500_000
    job = begin(store)
    until(lambda: hub.sent.get(WEIGHTS, 0) > 500_000)
    assert usable() == []
    hub.bytes_per_second = 0
    assert job.wait(60).state == "finished"
    assert usable() == [MODEL]


def test_two_processes_that_fetch_the_same_do_not_disturb_each_other(hub: Hub, home: Path, repo: Path) -> None:
    hub.bytes_per_second = 4_000_000
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from albert_widgets.backend.job_worker import JobContext\n"
        "from albert_widgets.backend.downloads import download\n"
        f"spec = {{'model': {MODEL!r}, 'revision': None}}\n"
        "print(download(JobContext(spec, Path('.'), 1.0, open(sys.argv[1], 'w')))['bytes'])"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(home / f"{number}.jsonl")], stdout=subprocess.PIPE, text=True)
        for number in range(2)
    ]
    said = {child.communicate(timeout=60)[0].strip() for child in children}
    assert said == {str(sum(sizes(repo).values()))}
    assert hub.sent[WEIGHTS] == sizes(repo)["model.safetensors"], "one of them waited for the other"
    assert usable() == [MODEL]


@pytest.mark.slow
def test_progress_needs_no_terminal(hub: Hub, home: Path) -> None:
    """The service of a notebook has none: https://github.com/huggingface/huggingface_hub/issues/4050."""
    hub.bytes_per_second = 2_000_000
    code = (
        "import json; from pathlib import Path; from albert_widgets.backend.jobs import JobStore;"
        "from albert_widgets.job import Job;"
        f"store = JobStore(Path({str(_root(home))!r}));"
        f"job = Job(store, store.submit('download', {{'model': {MODEL!r}, 'revision': None}}).id); job.wait(60);"
        "print(json.dumps([e.data for e in job.events() if e.kind == 'progress'])); store.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )
    steps = json.loads(done.stdout)
    between = [step for step in steps if 0 < step["done"] < step["total"]]
    assert len(between) > 3
    assert all(step["unit"] == "bytes" and step["per_second"] >= 0 for step in steps)
    assert any(step["eta_seconds"] for step in between)


def test_a_disk_that_is_too_small_is_told_before_anything_comes(store: JobStore, hub: Hub, home: Path) -> None:
    hub.claimed["model.safetensors"] = shutil.disk_usage(home).free + 10**12
    error = failure(begin(store))
    assert isinstance(error, NoRoom)
    assert re.match(r"someone/tiny-bert needs [\d.]+ TB more; the disk of .* has .* free", error.message)
    assert WEIGHTS not in hub.sent
    assert usable() == []


def test_a_cache_that_cannot_be_written_is_no_fault_of_the_network(store: JobStore, hub: Hub, home: Path) -> None:
    folder = home / "huggingface" / "hub" / "models--someone--tiny-bert"
    folder.mkdir(parents=True)
    (folder / "blobs").write_text("in the way")
    error = failure(begin(store))
    assert isinstance(error, NoRoom)
    assert error.message.startswith(f"{folder / 'blobs'} cannot be written")
    assert "Set HF_HOME" in error.hint


def test_files_in_folders_come_too_and_the_models_own_config_last(
    store: JobStore, hub: Hub, repo: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(repo, tmp_path / "sentences")
    for name in ("1_Pooling/config.json", "onnx/config.json"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("{}")
    hub.repos[MODEL] = folder
    snapshot = Path(begin(store).result(60)["folder"])
    assert (snapshot / "1_Pooling" / "config.json").read_text() == "{}"
    assert not (snapshot / "onnx").exists()
    fetched = [path.rpartition(f"{COMMIT}/")[2] for path in hub.asked if "/resolve/" in path]
    assert fetched[-1] == "config.json"
    assert fetched.index("1_Pooling/config.json") < len(fetched) - 1
