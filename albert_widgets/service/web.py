"""httpx, without the command line that it imports beside itself: its rich and click would cost each kernel 4 MB."""

import sys

if "httpx" not in sys.modules:
    # httpx itself does without its command line where rich and click are not installed.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    try:
        import httpx
    finally:
        del sys.modules["httpx._main"]

import httpx

__all__ = ["httpx"]
