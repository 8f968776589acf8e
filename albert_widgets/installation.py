"""What is installed and enabled in this environment, as pip, JupyterLab and Jupyter Server see it."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path, jupyter_path

DISTRIBUTION = "albert-widgets"


def installed_version(distribution: str) -> str | None:
    """Return a distribution's version; None when it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def wanted_versions(extra: str) -> dict[str, Any]:
    """Return the versions that the installed albert-widgets asks for, by distribution."""
    from packaging.requirements import Requirement

    try:
        lines = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    asked = [Requirement(line) for line in lines]
    return {
        requirement.name: requirement.specifier
        for requirement in asked
        if (requirement.marker.evaluate({"extra": extra}) if requirement.marker else not extra)
    }


def labextension(name: str) -> Path | None:
    """Return the folder of a prebuilt JupyterLab extension, if JupyterLab finds one."""
    paths = (Path(base) / name for base in jupyter_path("labextensions"))
    return next((path for path in paths if (path / "package.json").is_file()), None)


def disabled_labextensions() -> set[str]:
    """Return the JupyterLab extensions and plugins that are switched off."""
    merged: dict[str, bool] = {}
    for base in reversed(jupyter_config_path()):
        disabled = read_json(Path(base) / "labconfig" / "page_config.json").get("disabledExtensions", {})
        # JupyterLab writes a dictionary, and reads a list, too.
        merged.update(disabled if isinstance(disabled, dict) else dict.fromkeys(disabled, True))
    return {name for name, is_disabled in merged.items() if is_disabled}


def server_extensions() -> dict[str, bool]:
    """Return what Jupyter Server's configuration says of each extension, as Jupyter Server merges it."""
    merged: dict[str, bool] = {}
    # The first folder is the strongest; and in a folder the one file is stronger than those of the .d folder.
    for base in reversed(jupyter_config_path()):
        many = sorted(Path(base, "jupyter_server_config.d").glob("*.json"))
        for file in (*many, Path(base, "jupyter_server_config.json")):
            merged.update(read_json(file).get("ServerApp", {}).get("jpserver_extensions", {}))
    return merged


def read_json(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file; empty when there is none."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
