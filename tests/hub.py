"""A hub on loopback: speaks what huggingface_hub asks for and uploads, counts bytes, can be slow or wrong."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMIT = "c0ffee" + "0" * 34


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


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:  # noqa: C901  # one class, in a closure
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self, code: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(code)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            for name, folder in hub.repos.items():
                if path.startswith(f"/api/models/{name}"):
                    self._describe(name, folder)
                    return
                if path.startswith(f"/{name}/resolve/"):
                    self._send(path, folder / path.split("/resolve/")[1].split("/", 1)[1])
                    return
            self._answer(404, b'{"error":"Repository not found"}', X_Error_Code="RepoNotFound")

        # --- uploads ----------------------------------------------------------------------------

        def do_POST(self) -> None:
            path = unquote(urlsplit(self.path).path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            user = hub.tokens.get((self.headers.get("Authorization") or "").removeprefix("Bearer "))
            if path == "/api/validate-yaml":
                self._json(200, {"errors": [], "warnings": []})
            elif user is None:
                self._json(401, {"error": "Invalid credentials in Authorization header"})
            elif path == "/api/repos/create":
                self._create(json.loads(body), user)
            else:
                self._upload(path, body)

        def _json(self, code: int, body: Any) -> None:
            self._answer(code, json.dumps(body).encode(), Content_Type="application/json")

        def _create(self, asked: dict[str, Any], user: str) -> None:
            name = f"{asked['organization']}/{asked['name']}"
            if asked["organization"] != user:
                self._json(403, {"error": f"You don't have the rights to create a model under {asked['organization']}"})
            elif name in hub.repos:
                self._json(409, {"error": "You already created this model repo", "url": f"{hub.url}/{name}"})
            else:
                hub.make(name, private=asked.get("visibility") == "private")
                self._json(200, {"url": f"{hub.url}/{name}"})

        def _upload(self, path: str, body: bytes) -> None:
            for name, folder in hub.repos.items():
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
                        if not hub.blob(entry["oid"]).exists():
                            entry["actions"] = {"upload": {"href": f"{hub.url}/lfs/{entry['oid']}"}}
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
                    (folder / value["path"]).write_bytes(hub.blob(value["oid"]).read_bytes())
            self._json(200, {"commitUrl": f"{hub.url}/{name}/commit/{COMMIT}", "commitOid": COMMIT})

        def do_PUT(self) -> None:
            digest = self.path.rpartition("/")[2]
            left, pieces = int(self.headers["Content-Length"]), []
            while left:
                piece = self.rfile.read(min(left, 64 * 1024))
                if not piece:
                    hub.broken_off.append(digest)
                    self.close_connection = True
                    return
                pieces.append(piece)
                left -= len(piece)
                hub.received[digest] = hub.received.get(digest, 0) + len(piece)
                if hub.bytes_per_second:
                    time.sleep(len(piece) / hub.bytes_per_second)
            content = b"".join(pieces)
            if hashlib.sha256(content).hexdigest() != digest:
                self._json(400, {"error": "not what was announced"})
                return
            hub.blob(digest).write_bytes(content)
            self._answer(200)

        def _describe(self, name: str, folder: Path) -> None:
            siblings = []
            for file in sorted(folder.iterdir()):
                content = file.read_bytes()
                entry: dict[str, Any] = {"rfilename": file.name, "size": len(content), "blobId": _etag(content)}
                if file.suffix in {".safetensors", ".bin"}:
                    digest = hashlib.sha256(content).hexdigest()
                    entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 130}
                siblings.append(entry)
            body = {"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}
            self._answer(200, json.dumps(body).encode(), Content_Type="application/json")

        def _send(self, path: str, file: Path) -> None:
            if not file.is_file():
                self._answer(404, b"", X_Error_Code="EntryNotFound", X_Repo_Commit=COMMIT)
                return
            content = file.read_bytes()
            is_large = file.suffix == ".safetensors"
            etag = hashlib.sha256(content).hexdigest() if is_large else _etag(content)
            if is_large and hub.lie:
                content = content[:-1] + bytes([content[-1] ^ 1])
            start = 0
            if asked := self.headers.get("Range"):
                start = int(asked.removeprefix("bytes=").split("-")[0])
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(content) - start))
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("ETag", f'"{etag}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            if self.command == "HEAD":
                return
            step = 64 * 1024
            for at in range(start, len(content), step):
                piece = content[at : at + step]
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    hub.broken_off.append(path)
                    self.close_connection = True
                    return
                hub.sent[path] = hub.sent.get(path, 0) + len(piece)
                if is_large and hub.bytes_per_second:
                    time.sleep(len(piece) / hub.bytes_per_second)

    return Handler


def _etag(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextlib.contextmanager
def serving(repos: dict[str, Path]) -> Iterator[Hub]:
    """Serve ``repos`` on a free loopback port while the block runs."""
    hub = Hub(repos)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
