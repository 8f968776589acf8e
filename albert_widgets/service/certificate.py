"""The certificate of a server that speaks TLS: checked before anything starts, and taken anew when its files change."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from albert_widgets.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEM = "It must be a PEM file: -----BEGIN"


class Certificate:
    """What a server shows of itself.

    Parameters
    ----------
    certfile
        PEM file with the certificate, then those of the authorities between it and one that clients know.
    keyfile
        PEM file with its key; None where that is in ``certfile``.

    Attributes
    ----------
    context
        For the sockets.

    Raises
    ------
    InputInvalid
        The files cannot be used.
    """

    def __init__(self, certfile: Path, keyfile: Path | None = None) -> None:
        self._files = (certfile,) if keyfile is None else (certfile, keyfile)
        self._state = self._seen()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._load(self.context)

    def renew(self, say: Callable[[str], None]) -> None:
        """Take the files again if they have changed: connections from now on see the new certificate.

        Parameters
        ----------
        say
            Told that it was taken, or why not.
        """
        if (state := self._seen()) == self._state:
            return
        self._state = state
        try:
            # On trial, for a context keeps the half of what cannot be used.
            self._load(ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))
            self._load(self.context)
        except InputInvalid as error:
            say(f"Warning: {error.message} The certificate as it was before is still shown. {error.hint}")
        else:
            say(f"The certificate {self._files[0]} was read anew.")

    def _load(self, context: ssl.SSLContext) -> None:
        certfile, keyfile = self._files[0], self._files[-1]
        file = certfile
        try:
            # load_cert_chain does not tell which of them is missing.
            for file in self._files:
                file.open("rb").close()
            context.load_cert_chain(certfile, keyfile, password=self._no_password)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                problem = f"The key in {keyfile} does not belong to the certificate in {certfile}."
                hint = "Give both of one certificate: --certfile FILE --keyfile FILE"
            elif "BEGIN CERTIFICATE" not in certfile.read_text("latin-1"):
                problem, hint = f"There is no certificate in {certfile}.", f"{PEM} CERTIFICATE-----"
            elif "PRIVATE KEY" not in keyfile.read_text("latin-1"):
                problem, hint = f"There is no key in {keyfile}.", f"{PEM} PRIVATE KEY-----; name it: --keyfile FILE"
            else:
                problem = f"The certificate in {certfile} with the key in {keyfile} cannot be used: {error.reason}."
                hint = f"Does it show anything? openssl x509 -noout -text -in {certfile}"
            raise InputInvalid(problem, hint) from error
        except OSError as error:
            option = "--certfile" if file == certfile else "--keyfile"
            raise InputInvalid(
                f"The file {file} cannot be read: {error.strerror}.", f"Name another one: {option} FILE"
            ) from error

    def _no_password(self) -> str:
        file = self._files[-1]
        raise InputInvalid(
            f"The key in {file} has a password, which nobody could type when a server starts.",
            f"openssl pkey -in {file} -out key.pem; chmod 600 key.pem",
        )

    def _seen(self) -> tuple[int, ...]:
        found: list[int] = []
        for file in self._files:
            try:
                told = file.stat()
            except OSError:
                continue
            found += (told.st_ino, told.st_size, told.st_mtime_ns)
        return tuple(found)
