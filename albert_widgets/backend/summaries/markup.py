"""The text of an HTML page, for what people paste: without tags, scripts and styles, its blocks as paragraphs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|table|t[dhr]|span|a|article|section|html|body|head)\b[^<>]*>", re.IGNORECASE
)
SOME = 2
"""So many tags make a text a page: one may be what the text is about."""
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol"),
        *("p", "pre", "section", "table", "td", "th", "title", "tr", "ul"),
    }
)
_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "head"})


def is_markup(text: str) -> bool:
    """Say whether a text is an HTML page or a part of one."""
    return len(_TAG.findall(text[:20_000])) >= SOME


def text_of(markup: str) -> str:
    """Return what a reader of the page sees, with a blank line between its blocks."""
    page = _Page()
    page.feed(markup)
    page.close()
    blocks = (re.sub(r"\s+", " ", block).strip() for block in "".join(page.parts).split("\x00"))
    return "\n\n".join(block for block in blocks if block)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _HIDDEN
        self._block(tag)
        if tag == "li":
            self.parts.append("• ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        self._block(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\x00", " "))

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\x00")
        elif tag == "br":
            self.parts.append(" ")
