"""A hub on loopback: speaks what huggingface_hub asks for and uploads, counts bytes, can be slow, broken or wrong."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tests.hub_reading import COMMIT, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["COMMIT", "Hub", "Refusal", "serving"]


@dataclass
class Refusal:
    """What the hub answers instead of what was asked for.

    Attributes
    ----------
    status, headers
        ``429``, ``{"Retry-After": "1"}``.
    times
        How often; then all is well again. Negative: always.
    """

    status: int
    headers: dict[str, str]
    times: int = -1


class Hub:
    """The repositories, and how the hub behaves.

    Attributes
    ----------
    repos
        ``owner/name`` → folder.
    bytes_per_second
        Of large files; 0 for no limit.
    lie
        Send large files with one byte changed.
    sent
        Bytes sent of each path.
    broken_off
        Paths whose client hung up in the middle.
    tokens
        Who may write: token → name of the user, to whose repositories it is limited.
    private
        The repositories that were made as such.
    uploads
        Where the files of new repositories go; None takes none.
    received
        Bytes received of each large file, by its SHA-256.
    asked
        Method and path with query of each request, in order.
    authorizations
        Tokens that came with them; ``""`` for none.
    refusals
        What is answered where a path contains the key.
    break_after, breaks
        Hang up after so many bytes of a large file, so many times (negative: always).
    stall_after
        Send no more after so many bytes of a large file; None sends on.
    altered
        Names of files that are sent with their last byte changed.
    longer
        Names of files of which more bytes are announced and sent than the repository says: name → how many.
    claimed
        What the description says of a file's bytes: name → how many.
    renamed
        What the description calls a file instead of its name.
    commit
        What it says that the main branch means.
    silent
        Take each request, and answer none.
    gated
        Repositories whose owner asks for a licence first.
    reader
        The token that a reader needs; empty: none.
    found
        What a search finds: the hub's own descriptions.
    """

    def __init__(self, repos: dict[str, Path]) -> None:
        self.repos = repos
        self.bytes_per_second = 0
        self.lie = False
        self.sent: dict[str, int] = {}
        self.broken_off: list[str] = []
        self.url = ""
        self.tokens: dict[str, str] = {}
        self.private: set[str] = set()
        self.uploads: Path | None = None
        self.received: dict[str, int] = {}
        self.asked: list[str] = []
        self.authorizations: set[str] = set()
        self.refusals: dict[str, Refusal] = {}
        self.break_after = self.breaks = 0
        self.stall_after: int | None = None
        self.altered: set[str] = set()
        self.longer: dict[str, int] = {}
        self.claimed: dict[str, int] = {}
        self.renamed: dict[str, str] = {}
        self.commit = COMMIT
        self.silent = False
        self.gated: set[str] = set()
        self.reader = ""
        self.found: list[dict[str, Any]] = []
        self.ended = threading.Event()

    def make(self, name: str, *, private: bool) -> None:
        """Make an empty repository."""
        assert self.uploads is not None
        self.repos[name] = self.uploads / name
        self.repos[name].mkdir(parents=True)
        if private:
            self.private.add(name)

    def blob(self, digest: str) -> Path:
        """Return where a large file lies until a commit names it."""
        assert self.uploads is not None
        return self.uploads / f"{digest}.blob"


class Handler(Reading):
    """The same for those who write."""

    def do_POST(self) -> None:  # noqa: N802 – http.server's name
        path = unquote(urlsplit(self.path).path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        user = self.hub.tokens.get((self.headers.get("Authorization") or "").removeprefix("Bearer "))
        if path == "/api/validate-yaml":
            self._json(200, {"errors": [], "warnings": []})
        elif user is None:
            self._json(401, {"error": "Invalid credentials in Authorization header"})
        elif path == "/api/repos/create":
            self._create(json.loads(body), user)
        else:
            self._upload(path, body)

    def _create(self, asked: dict[str, Any], user: str) -> None:
        name = f"{asked['organization']}/{asked['name']}"
        if asked["organization"] != user:
            self._json(403, {"error": f"You don't have the rights to create a model under {asked['organization']}"})
        elif name in self.hub.repos:
            self._json(409, {"error": "You already created this model repo", "url": f"{self.hub.url}/{name}"})
        else:
            self.hub.make(name, private=asked.get("visibility") == "private")
            self._json(200, {"url": f"{self.hub.url}/{name}"})

    def _upload(self, path: str, body: bytes) -> None:
        for name, folder in self.hub.repos.items():
            if path == f"/api/models/{name}/preupload/main":
                modes = [
                    {
                        "path": file["path"],
                        "uploadMode": "lfs" if file["path"].endswith(".safetensors") else "regular",
                        "shouldIgnore": False,
                    }
                    for file in json.loads(body)["files"]
                ]
                self._json(200, {"files": modes})
                return
            if path == f"/{name}.git/info/lfs/objects/batch":
                objects = json.loads(body)["objects"]
                for entry in objects:
                    if not self.hub.blob(entry["oid"]).exists():
                        entry["actions"] = {"upload": {"href": f"{self.hub.url}/lfs/{entry['oid']}"}}
                self._json(200, {"transfer": "basic", "objects": objects})
                return
            if path == f"/api/models/{name}/commit/main":
                self._commit(name, folder, [json.loads(line) for line in body.splitlines()])
                return
        self._answer(404, b'{"error":"Repository not found"}', X_Error_Code="RepoNotFound")

    def _commit(self, name: str, folder: Path, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                (folder / value["path"]).write_bytes(base64.b64decode(value["content"]))
            elif line["key"] == "lfsFile":
                (folder / value["path"]).write_bytes(self.hub.blob(value["oid"]).read_bytes())
        self._json(200, {"commitUrl": f"{self.hub.url}/{name}/commit/{COMMIT}", "commitOid": COMMIT})

    def do_PUT(self) -> None:  # noqa: N802 – http.server's name
        digest = self.path.rpartition("/")[2]
        left, pieces = int(self.headers["Content-Length"]), []
        while left:
            piece = self.rfile.read(min(left, 64 * 1024))
            if not piece:
                self.hub.broken_off.append(digest)
                self.close_connection = True
                return
            pieces.append(piece)
            left -= len(piece)
            self.hub.received[digest] = self.hub.received.get(digest, 0) + len(piece)
            if self.hub.bytes_per_second:
                time.sleep(len(piece) / self.hub.bytes_per_second)
        content = b"".join(pieces)
        if hashlib.sha256(content).hexdigest() != digest:
            self._json(400, {"error": "not what was announced"})
            return
        self.hub.blob(digest).write_bytes(content)
        self._answer(200)


@contextlib.contextmanager
def serving(repos: dict[str, Path]) -> Iterator[Hub]:
    """Serve ``repos`` on a free loopback port while the block runs."""
    hub = Hub(repos)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Served", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.ended.set()
        server.shutdown()
        server.server_close()
