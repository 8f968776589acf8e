"""What the hub on loopback answers to those who read: descriptions, files, searches; and what it does wrong if told."""

from __future__ import annotations

import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hub import Hub

COMMIT = "c0ffee" + "0" * 34
STEP = 64 * 1024


class Reading(BaseHTTPRequestHandler):
    """Answers to GET and HEAD."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        hub, path = self.hub, unquote(urlsplit(self.path).path)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        hub.asked.append(f"{self.command} {self.path}")
        hub.authorizations.add(token)
        if hub.silent:
            self.close_connection = True
            hub.ended.wait()
            return
        for part, refusal in hub.refusals.items():
            if part in path and refusal.times != 0:
                refusal.times -= 1
                self._answer(refusal.status, b"{}", **refusal.headers)
                return
        if hub.reader and token != hub.reader:
            said = "Invalid credentials in Authorization header" if token else "Invalid username or password."
            self._answer(401, b"{}", X_Error_Message=said, **({} if token else {"X-Error-Code": "RepoNotFound"}))
        elif path == "/api/models":
            self._search(parse_qs(urlsplit(self.path).query))
        elif (name := next((name for name in hub.repos if self._is_of(name, path)), None)) is None:
            self._answer(404, b'{"error":"Repository not found"}', X_Error_Code="RepoNotFound")
        elif name in hub.gated and not path.startswith("/api/"):
            self._answer(403, b"{}", X_Error_Code="GatedRepo", X_Error_Message=f"Access to model {name} is restricted.")
        elif path.startswith("/api/"):
            self._describe(name, hub.repos[name], path.partition("/revision/")[2])
        else:
            self._send(path, hub.repos[name] / path.split("/resolve/")[1].split("/", 1)[1])

    @staticmethod
    def _is_of(name: str, path: str) -> bool:
        return path == f"/api/models/{name}" or path.startswith((f"/api/models/{name}/", f"/{name}/resolve/"))

    def _answer(self, code: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _json(self, code: int, body: Any) -> None:
        self._answer(code, json.dumps(body).encode(), Content_Type="application/json")

    def _search(self, asked: dict[str, list[str]]) -> None:
        words = asked.get("search", [""])[0].lower().split()
        tags, limit = set(asked.get("filter", [])), int(asked.get("limit", ["1000"])[0])
        pipeline = asked.get("pipeline_tag", [None])[0]
        found = [
            model
            for model in self.hub.found
            if all(word in model["id"].lower() for word in words)
            and tags <= set(model["tags"])
            and pipeline in {None, model.get("pipeline_tag")}
        ]
        self._json(200, found[:limit])

    def _describe(self, repo: str, folder: Path, revision: str) -> None:
        if revision not in {"", "main", COMMIT}:
            self._answer(404, b"{}", X_Error_Code="RevisionNotFound")
            return
        hub, siblings = self.hub, []
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = file.read_bytes()
            name = file.relative_to(folder).as_posix()
            size = hub.claimed.get(file.name, len(content))
            entry: dict[str, Any] = {
                "rfilename": hub.renamed.get(name, name),
                "size": size,
                "blobId": etag(content),
            }
            if file.suffix in {".safetensors", ".bin"}:
                digest = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": size, "pointerSize": 130}
            siblings.append(entry)
        body = {"id": repo, "modelId": repo, "sha": hub.commit, "siblings": siblings, "tags": [], "private": False}
        self._json(200, {**body, "cardData": {"language": ["en", "de"], "license": "apache-2.0"}})

    def _send(self, path: str, file: Path) -> None:
        hub = self.hub
        if not file.is_file():
            self._answer(404, b"", X_Error_Code="EntryNotFound", X_Repo_Commit=COMMIT)
            return
        content = file.read_bytes()
        is_large = file.suffix == ".safetensors"
        tag = hashlib.sha256(content).hexdigest() if is_large else etag(content)
        if (is_large and hub.lie) or file.name in hub.altered:
            content = content[:-1] + bytes([content[-1] ^ 1])
        content += b"\0" * hub.longer.get(file.name, 0)
        start = 0
        if asked := self.headers.get("Range"):
            start = int(asked.removeprefix("bytes=").split("-")[0])
            if start >= len(content):
                self._answer(416, b"", Content_Range=f"bytes */{len(content)}")
                return
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("ETag", f'"{tag}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if self.command != "HEAD":
            self._stream(path, content[start:], is_large=is_large)

    def _stream(self, path: str, content: bytes, *, is_large: bool) -> None:
        hub, sent, until = self.hub, 0, len(content)
        if is_large and hub.breaks and hub.break_after < until:
            hub.breaks -= 1
            until = hub.break_after
            self.close_connection = True
        while sent < until:
            if is_large and hub.stall_after is not None and sent >= hub.stall_after:
                self.close_connection = True
                hub.ended.wait()
                return
            piece = content[sent : min(sent + STEP, until)]
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                hub.broken_off.append(path)
                self.close_connection = True
                return
            sent += len(piece)
            hub.sent[path] = hub.sent.get(path, 0) + len(piece)
            if is_large and hub.bytes_per_second:
                time.sleep(len(piece) / hub.bytes_per_second)


def etag(content: bytes) -> str:
    """Return git's id of a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
