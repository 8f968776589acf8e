"""Which certificates a client trusts, and what to say of one that it does not."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from albert_widgets.errors import BackendUnavailable, InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

CERTFILE = "ALBERT_WIDGETS_CERTFILE"
"""Names a PEM file: what is in it is trusted, and nothing else. For the backend alone, unlike ``SSL_CERT_FILE``."""
SECONDS = 10.0

# Of OpenSSL's X509_V_ERR_…
_NOT_YET, _EXPIRED = 9, 10
_UNKNOWN = {18, 19, 20, 21}
_OTHER_NAME = {62, 64}


def verification(url: str) -> ssl.SSLContext | bool:
    """Return what httpx shall verify the backend at ``url`` with.

    Raises
    ------
    InputInvalid
        The environment names a file without certificates.
    """
    if not url.startswith("https:"):
        # Reading the certificates of the world takes time and memory that plain HTTP has no use for.
        return False
    from .web import httpx

    name = next((name for name in (CERTFILE, "SSL_CERT_FILE") if os.environ.get(name)), "")
    try:
        if name == CERTFILE:
            return ssl.create_default_context(cafile=os.environ[CERTFILE])
        return httpx.create_ssl_context(trust_env=True)
    except OSError as error:
        reason = "there is no certificate in it" if isinstance(error, ssl.SSLError) else error.strerror
        raise InputInvalid(
            f"{name} names {os.environ.get(name)}, which cannot be used: {reason}.",
            "It must be a PEM file with the certificate of an authority: -----BEGIN CERTIFICATE-----",
        ) from error


def distrusted(url: str, error: BaseException) -> BackendUnavailable | None:
    """Return the error to tell where a connection came to nothing because of TLS; None for every other reason."""
    failure = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    if failure is None:
        return None
    if not isinstance(failure, ssl.SSLCertVerificationError):
        reason = (failure.reason or str(failure)).lower().replace("_", " ")
        return BackendUnavailable(
            f"What answers at {url} does not speak TLS as it should ({reason}).",
            f"If it has no certificate, its address begins with http: {url.replace('https:', 'http:', 1)}",
        )
    host, code = urlsplit(url).hostname, failure.verify_code
    if code in _UNKNOWN:
        problem = "comes from an authority that is not known here"
        named = next((f"{name}={os.environ[name]}" for name in (CERTFILE, "SSL_CERT_FILE") if os.environ.get(name)), "")
        hint = f"Set {CERTFILE} to a PEM file with the certificate of that authority; who runs the backend has it." + (
            f" Now: {named}" if named else ""
        )
    elif code in _OTHER_NAME:
        problem = f"is made for another name than {host}"
        hint = "Write the name that it is made for into ALBERT_WIDGETS_URL; or who runs the backend gets one for this."
    elif code == _EXPIRED:
        problem, hint = "has ended", "Who runs the backend must renew it; or the clock of this machine is wrong."
    elif code == _NOT_YET:
        problem, hint = "begins later than now", "Is the clock of this machine right?"
    else:
        problem, hint = f"is not good: {failure.verify_message}", "Ask who runs the backend."
    return BackendUnavailable(f"The certificate of the backend at {url} {problem}.", hint, verify_code=code)


def seconds_left(url: str) -> float:
    """Return for how many seconds the certificate at ``url`` is good; it must be trusted.

    Raises
    ------
    OSError
        No connection, or one without trust; :func:`distrusted` says why.
    InputInvalid
        As :func:`verification`.
    """
    import socket
    import time

    parts = urlsplit(url)
    context = verification(url)
    if isinstance(context, bool):
        raise InputInvalid(f"{url} has no certificate.", "Its address would begin with https.")
    with (
        socket.create_connection((parts.hostname or "", parts.port or 443), SECONDS) as connection,
        context.wrap_socket(connection, server_hostname=parts.hostname) as secure,
    ):
        return ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"])) - time.time()


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__
