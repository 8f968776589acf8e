"""A panel as a standalone page: front end and data inline, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any

from albert_widgets.service import wire

# Nothing but what is in the page itself may run, and nothing may be fetched.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 16px auto; padding: 0 12px; max-width: 1100px; background: Canvas; color: CanvasText; }}
</style>
</head>
<body>
<main id="albert-widgets-panel"><noscript>{picture}</noscript></main>
<script type="application/json" id="albert-widgets-data">{data}</script>
<script type="module">{module}</script>
</body>
</html>
"""


def page(module: str, state: dict[str, Any], result: Any, *, title: str, picture: str) -> str:
    """Return the page.

    Parameters
    ----------
    module
        The panel's front end, an ES module that shows itself when it finds such a page around it.
    state
        The panel's state: what was chosen in it.
    result
        What the front end answers its own requests from.
    title
        Of the page; may be empty.
    picture
        Static HTML for readers without scripts.
    """
    data, arrays = wire.pack(result)
    buffers = [base64.b64encode(array.tobytes()).decode("ascii") for array in arrays]
    content = json.dumps({"state": state, "result": data, "buffers": buffers}, ensure_ascii=False)
    return _PAGE.format(
        policy=_POLICY,
        title=html.escape(f"{title} – albert-widgets"),
        picture=picture,
        # In JSON a "<" can only be in a string, where this spelling means the same: no "</script>", no "<!--".
        data=content.replace("<", "\\u003c"),
        module=_within_script(module),
    )


def _within_script(module: str) -> str:
    # Both only ever stand in strings and regular expressions of a module, where the backslash changes nothing.
    return re.sub(r"<(?=/script|!--|script)", r"\\x3c", module, flags=re.IGNORECASE)
