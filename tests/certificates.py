"""Certificates for tests, made by openssl: an authority that no machine knows, and what it has signed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """Signs certificates.

    Attributes
    ----------
    certfile
        Its own certificate, which clients may trust.
    """

    folder: Path

    @property
    def certfile(self) -> Path:
        return self.folder / "authority.pem"

    def signed(self, name: str, names: str = "DNS:localhost,IP:127.0.0.1", *, days: int = 30) -> tuple[Path, Path]:
        """Return certificate and key for ``names``."""
        cert, key, asked = (self.folder / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        (extensions := self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", asked)
        signer = ("-CA", self.certfile, "-CAkey", self.folder / "authority.key", "-CAcreateserial")
        openssl("x509", "-req", "-in", asked, *signer, "-days", days, "-extfile", extensions, "-out", cert)
        return cert, key


NEW_KEY = ("-newkey", "rsa:2048", "-nodes")


def authority(folder: Path) -> Authority:
    """Make an authority with its files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Authority(folder)
    more = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    keys = ("-keyout", folder / "authority.key", "-out", made.certfile)
    openssl("req", "-x509", *NEW_KEY, "-days", 30, "-subj", "/CN=An authority of tests", *more, *keys)
    return made


def openssl(*arguments: object) -> None:
    """Run openssl; it fails loudly."""
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
