"""A backend for a class over TLS: a real server, clients that trust its certificate or not, a real Jupyter server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import ssl
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from albert_widgets.doctor import diagnose
from albert_widgets.errors import BackendUnavailable, Forbidden, InputInvalid
from albert_widgets.server_extension.link import BackendLink
from albert_widgets.service import client as client_module
from albert_widgets.service.certificate import Certificate
from albert_widgets.service.client import Client, connect
from albert_widgets.service.connection import read_connection
from albert_widgets.service.trust import seconds_left
from tests.backend_process import run, serving, wait_until
from tests.certificates import Authority, authority, openssl
from tests.jupyter_process import jupyter_process, run_in_kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADA, ZOE, TEACHER = "a" * 32, "z" * 32, "t" * 32


class School:
    """A running backend that speaks TLS, and what its clients need."""

    def __init__(self, made: Authority, tokens: Path, line: str) -> None:
        self.authority = made
        self.tokens = tokens
        self.line = line
        self.url = re.search(r"https://[\d.:]+", line)[0]
        self.port = int(self.url.rpartition(":")[2])


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def school(signer: Authority, tmp_path_factory: pytest.TempPathFactory, module_home: None) -> Iterator[School]:
    tokens = tmp_path_factory.mktemp("school") / "tokens.txt"
    tokens.write_text(f"ada {ADA}\nzoe {ZOE}\nteacher {TEACHER} manage\n")
    tokens.chmod(0o600)
    cert, key = signer.signed("school")
    files = ("--certfile", cert, "--keyfile", key, "--token-file", tokens)
    with serving("--host", "0.0.0.0", *files, "--idle-minutes", 0, "--user-requests", 3) as process:
        said = []
        while "listens at" not in (line := process.stdout.readline()):
            said.append(line)
        assert said == ["Warning: clients of other machines are refused until you name this one: --allowed-host NAME\n"]
        yield School(signer, tokens, line)


@pytest.fixture
def trusting(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """Trust the authority, in the environment."""
    monkeypatch.setenv("ALBERT_WIDGETS_CERTFILE", str(school.authority.certfile))
    return school


def test_programs_of_this_machine_need_no_certificate(school: School) -> None:
    found = read_connection()
    assert found.url.startswith("http://127.0.0.1:")
    assert found.url in school.line
    client = Client(found.url, found.token)
    assert client.status().url == found.url
    assert client.set_default("starter").id == "starter"
    client.close()


def test_one_address_speaks_tls_and_nothing_else(school: School) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(school.url.replace("https", "http") + "/health", trust_env=False)
    with pytest.raises(BackendUnavailable, match="went away") as broken:
        Client(school.url.replace("https", "http"), ADA).models()
    assert broken.value.hint


@pytest.mark.parametrize("variable", ["ALBERT_WIDGETS_CERTFILE", "SSL_CERT_FILE"])
def test_a_client_comes_in_with_its_token(school: School, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, str(school.authority.certfile))
    monkeypatch.setenv("ALBERT_WIDGETS_URL", school.url)
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", ADA)
    client_module._clients.clear()
    bert = connect()
    assert bert.url == school.url
    assert bert.embed(["The cat sat."]).vectors.shape == (1, 384)
    assert bert.status().url == school.url
    assert bert.model("starter").used_by[0].endswith(" (ada)")
    with pytest.raises(Forbidden, match="ada may not change what models may take of the memory"):
        bert.set_memory_budget(None)
    bert.close()


# --- what is wrong with a certificate --------------------------------------------------------------


def untrusted(url: str) -> BackendUnavailable:
    with pytest.raises(BackendUnavailable) as error:
        Client(url, ADA).models()
    return error.value


def test_an_unknown_authority_says_what_to_set(school: School, signer: Authority, monkeypatch: Any) -> None:
    error = untrusted(school.url)
    expected = f"The certificate of the backend at {school.url} comes from an authority that is not known here."
    assert error.message == expected
    assert "Set ALBERT_WIDGETS_CERTFILE to a PEM file" in error.hint
    # With a wrong one, that one is named.
    other, _ = signer.signed("other")
    monkeypatch.setenv("ALBERT_WIDGETS_CERTFILE", str(other))
    assert untrusted(school.url).hint.endswith(f"Now: ALBERT_WIDGETS_CERTFILE={other}")


def test_another_name_is_said(trusting: School) -> None:
    error = untrusted(f"https://127.0.0.2:{trusting.port}")
    assert error.message.endswith("is made for another name than 127.0.0.2.")
    assert "ALBERT_WIDGETS_URL" in error.hint


def test_a_plain_backend_is_told_from_an_untrusted_one(trusting: School) -> None:
    plain = read_connection().url
    error = untrusted(plain.replace("http:", "https:"))
    assert "does not speak TLS" in error.message
    assert plain in error.hint


@pytest.mark.parametrize("variable", ["ALBERT_WIDGETS_CERTFILE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("content", [None, "nothing of a certificate"])
def test_a_file_without_certificates_is_named(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(variable, str(file))
    with pytest.raises(InputInvalid, match=f"{variable} names {file}, which cannot be used: ") as error:
        Client(school.url, ADA).models()
    assert "PEM" in error.value.hint


def test_the_doctor_knows(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_WIDGETS_URL", school.url)
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", ADA)

    def found() -> dict[str, Any]:
        return {check.name: check for check in diagnose() if check.name in {"backend", "certificate"}}

    checks = found()
    assert set(checks) == {"backend"}
    assert checks["backend"].state == "problem"
    assert "not known here" in checks["backend"].found
    assert "ALBERT_WIDGETS_CERTFILE" in checks["backend"].remedy
    monkeypatch.setenv("ALBERT_WIDGETS_CERTFILE", str(school.authority.certfile))
    checks = found()
    assert (checks["backend"].state, checks["certificate"].state) == ("ok", "ok")
    assert re.search(r"good for (29|30) days", checks["certificate"].found)
    assert 29 * 86_400 < seconds_left(school.url) <= 30 * 86_400


def test_the_door_says_why_nobody_comes_through(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_WIDGETS_URL", school.url)
    monkeypatch.setenv("ALBERT_WIDGETS_TOKEN", ADA)

    async def look() -> tuple[Any, Any]:
        link = BackendLink()
        return await link.health(), await link.absence()

    health, absence = asyncio.run(look())
    assert health is None
    assert absence.state == "unreachable"
    assert "not known here" in absence.hint
    assert "ALBERT_WIDGETS_CERTFILE" in absence.hint


# --- a class ---------------------------------------------------------------------------------------


def test_kernels_and_sidebar_of_a_jupyter_server(school: School, tmp_path: Path) -> None:
    environment = {
        "ALBERT_WIDGETS_URL": school.url,
        "ALBERT_WIDGETS_TOKEN": ADA,
        "ALBERT_WIDGETS_CERTFILE": str(school.authority.certfile),
    }
    with jupyter_process(tmp_path, environment=environment) as server, server.client() as web:
        assert web.get(f"{server.door}/health").json()["state"] == "running"
        assert web.get(f"{server.door}/models").json()[0]["id"] == "starter"
        answer = web.post(f"{server.door}/embed", json={"texts": ["The cat sat."]})
        assert len(answer.json()["vectors"][0]) == 384
        refused = web.post(f"{server.door}/memory-budget", json={"budget": None})
        assert refused.status_code == 403
        assert refused.json()["error"]["message"] == "ada may not change what models may take of the memory."
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(web.stream("GET", f"{server.door}/events")) for _ in range(3)]
            # To let go of such an iterator would close its stream.
            lines = [stream.iter_lines() for stream in streams]
            for told in lines:
                assert next(told) == "id: 1"
                snapshot = json.loads(next(told).removeprefix("data:"))
                assert snapshot["status"]["url"] == school.url
                assert snapshot["status"]["limits"]["user_requests"] == 3
            full = web.get(f"{server.door}/models")
            assert (full.status_code, full.headers["retry-after"]) == (429, "1")
            assert "ada has 3 requests in progress already" in full.json()["error"]["message"]
            # Another student goes on.
            with httpx.Client(verify=ssl.create_default_context(cafile=school.authority.certfile)) as other:
                zoe = {"Authorization": f"Bearer {ZOE}"}
                assert other.get(f"{school.url}/models", headers=zoe).status_code == 200
        code = """
import sys, albert_widgets as aw
bert = aw.connect()
print(bert.url, bert.embed(["The cat sat."]).vectors.shape, "torch" in sys.modules)
"""
        assert run_in_kernel(server, code).split("\n")[0] == f"{school.url} (1, 384) False"
    found = read_connection()
    owner = Client(found.url, found.token)
    assert any(who.endswith("(ada)") for who in owner.model("starter").used_by)
    owner.close()


def test_a_student_more_and_one_less_without_a_restart(trusting: School) -> None:
    before = trusting.tokens.read_text()
    ben = Client(trusting.url, "b" * 32)
    with pytest.raises(Exception, match="The token is wrong"):
        ben.models()
    trusting.tokens.write_text(before.replace(f"zoe {ZOE}", f"ben {'b' * 32}"))
    assert ben.models()
    with pytest.raises(Exception, match="The token is wrong"):
        Client(trusting.url, ZOE).models()
    trusting.tokens.write_text("nonsense")
    assert ben.models()
    trusting.tokens.write_text(before)
    assert Client(trusting.url, ZOE).models()


# --- the files of the server -----------------------------------------------------------------------


def test_bad_files_are_errors_before_anything_starts(signer: Authority, home: Path) -> None:
    cert, key = signer.signed("one")
    done = run("serve", "--certfile", cert, "--keyfile", home / "none.key", JUPYTER_RUNTIME_DIR=str(home / "r"))
    assert done.returncode == 1
    expected = f"albert-widgets: The file {home / 'none.key'} cannot be read: No such file or directory. "
    assert done.stderr == f"{expected}Name another one: --keyfile FILE\n"
    done = run("serve", "--keyfile", key, JUPYTER_RUNTIME_DIR=str(home / "r"))
    assert "--keyfile is the key of a certificate, and there is none." in done.stderr
    assert not (home / "r").exists()


def test_each_bad_file_is_told_from_the_others(signer: Authority, tmp_path: Path) -> None:
    cert, key = signer.signed("two")
    _, other = signer.signed("three")
    (text := tmp_path / "text.pem").write_text("nothing")
    (broken := tmp_path / "broken.pem").write_text(cert.read_text().replace("M", "N"))
    locked = tmp_path / "locked.key"
    openssl("rsa", "-aes256", "-passout", "pass:secret", "-in", key, "-out", locked)
    (both := tmp_path / "both.pem").write_text(cert.read_text() + key.read_text())
    for certfile, keyfile, said in (
        (cert, other, "does not belong to the certificate"),
        (text, key, f"There is no certificate in {text}."),
        (cert, text, f"There is no key in {text}."),
        (cert, None, f"There is no key in {cert}."),
        (broken, key, "cannot be used"),
        (cert, locked, f"The key in {locked} has a password"),
        (tmp_path, key, f"The file {tmp_path} cannot be read: Is a directory."),
    ):
        with pytest.raises(InputInvalid) as error:
            Certificate(certfile, keyfile)
        assert said in error.value.message
        assert error.value.hint
    assert Certificate(both).context


def serial_shown(context: ssl.SSLContext, trusted: Path) -> str:
    """Connect to a socket with that context, and return the serial number of what it shows."""
    import socket

    here, there = socket.socketpair()

    def show() -> None:
        with context.wrap_socket(there, server_side=True) as secure:
            secure.recv(1)

    shown = threading.Thread(target=show)
    shown.start()
    client = ssl.create_default_context(cafile=trusted)
    with client.wrap_socket(here, server_hostname="localhost") as secure:
        serial = secure.getpeercert()["serialNumber"]
        secure.send(b"x")
    shown.join()
    return serial


def test_a_renewed_certificate_is_shown_without_a_restart(signer: Authority, tmp_path: Path) -> None:
    said: list[str] = []
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"

    def put(name: str) -> None:
        for made, place in zip(signer.signed(name), (cert, key)):
            place.write_bytes(made.read_bytes())

    put("before")
    certificate = Certificate(cert, key)
    first = serial_shown(certificate.context, signer.certfile)
    certificate.renew(said.append)
    assert said == []
    cert.write_bytes(signer.signed("half")[0].read_bytes())
    certificate.renew(said.append)
    assert "does not belong" in said[0]
    assert serial_shown(certificate.context, signer.certfile) == first
    put("after")
    certificate.renew(said.append)
    assert said[1:] == [f"The certificate {cert} was read anew."]
    assert serial_shown(certificate.context, signer.certfile) != first


@pytest.mark.slow
def test_a_server_in_the_background_has_the_same_options(signer: Authority, home: Path) -> None:
    cert, key = signer.signed("background")
    (tokens := home / "tokens.txt").write_text(f"ada {ADA}\n")
    files = ("--certfile", cert, "--keyfile", key, "--token-file", tokens)
    done = run("serve", "--background", *files, "--user-jobs", 2)
    try:
        assert done.returncode == 0, done.stderr
        found = read_connection()
        client = Client(found.url, found.token)
        assert client.status().limits["user_jobs"] == 2
        with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {ADA}"}) as web:
            assert web.get(f"{found.url}/models").status_code == 200
        client.close()
    finally:
        assert run("stop").returncode == 0
    wait_until(lambda: read_connection() is None, "it did not end")
    assert os.environ["JUPYTER_RUNTIME_DIR"].startswith(str(home))
