"""Whether a backend is there: named by the environment, or running on this machine. Starts nothing."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING, Any

from albert_widgets._version import __version__
from albert_widgets.errors import BackendUnavailable

from .address import Address, json_of
from .connection import Connection, is_serving, read_connection

if TYPE_CHECKING:
    from pathlib import Path

BACKEND_MODULES = (
    "captum",
    "cleanlab",
    "fastapi",
    "huggingface_hub",
    "psutil",
    "pydantic",
    "rouge_score",
    "safetensors",
    "scipy",
    "sentencex",
    "sklearn",
    "torch",
    "transformers",
    "uvicorn",
)
"""What the ``backend`` extra brings."""
LOOK_SECONDS = 20.0
"""How long a backend that took our connection may be silent: it may be importing torch on a busy machine."""


def running_backend(path: Path) -> Connection | None:
    """Return the backend of the connection file if it lives and takes the file's token.

    Raises
    ------
    VersionMismatch
        It is of another version.
    BackendUnavailable
        It is there, but does not answer.
    """
    connection = read_connection(path)
    # Nobody holds the lock and nobody has the process id: then whoever listens on that port by now must not get
    # a text of ours.
    if connection is None or not (is_serving(path) or connection.has_process):
        return None
    said = look(connection)
    if said is None:
        return None
    version = str(said["version"])
    if version != __version__:
        raise Address(connection.url, connection.token).other_version(version)
    return connection


def look(connection: Connection, *, seconds: float = LOOK_SECONDS) -> dict[str, Any] | None:
    """Return what a backend says of itself: ``version``, ``uptime_seconds``; None when it is not there.

    Nobody, another program, and a backend with another token all count as not there.

    Raises
    ------
    BackendUnavailable
        Something took the connection and is silent, or its certificate is not trusted.
    """
    from .trust import distrusted, verification
    from .web import httpx

    address = Address.checked(connection.url, connection.token)
    headers = {**address.headers, "Accept": "application/json"}
    try:
        with httpx.Client(
            headers=headers,
            timeout=seconds,
            # A proxy of the environment has no way to this machine's loopback.
            trust_env=not address.is_loopback,
            verify=verification(address.url),
        ) as http:
            health = json_of(http.get(f"{address.url}/health"))
            if not isinstance(health.get("version"), str):
                return None
            # /health is open; this one asks for the token. Whatever else it may complain of, it has let us in.
            if http.get(f"{address.url}/status").status_code in {401, 403}:
                return None
            return health
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        if untrusted := distrusted(address.url, error):
            raise untrusted from error
        return None
    except httpx.TimeoutException as error:
        raise BackendUnavailable(
            f"The backend at {connection.url} (process {connection.pid}) does not answer.",
            "If it stays so, type: albert-widgets serve --replace --background",
        ) from error
    except httpx.TransportError:
        return None


def named_backend(prefix: str = "ALBERT_WIDGETS") -> Connection | None:
    """Return the backend that the environment names by ``<prefix>_URL`` and ``<prefix>_TOKEN``, if it does.

    Raises
    ------
    InputInvalid, Unauthorized
        The address is none, or its token is missing.
    """
    url = os.environ.get(f"{prefix}_URL")
    if not url:
        return None
    address = Address.checked(url, os.environ.get(f"{prefix}_TOKEN", ""))
    return Connection(address.url, address.token)


def has_backend_extra() -> bool:
    """Whether a backend can be started here; nothing is imported to find out."""
    return all(importlib.util.find_spec(name) is not None for name in BACKEND_MODULES)
