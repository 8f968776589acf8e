"""The answer to ``attribute``: how much each token adds to one output of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrangement import Switches
from .html import FAINT, FONT, escape, text_table, to_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .tokens import Tokens


@dataclass(frozen=True, eq=False)
class Attribution:
    """Scores of the tokens for one output. Positive: the token speaks for it.

    Attributes
    ----------
    scores
        float32, shape ``(tokens,)``, in units of the output.
    method
        ``"integrated_gradients"`` (Sundararajan et al. 2017), ``"gradient"`` (gradient × input, Shrikumar et al.
        2017) or ``"occlusion"`` (the output without the token: Zeiler & Fergus 2014).
    target
        The class or the token that the output stands for.
    targets
        All that might have been asked for (classes), or the likeliest ones (tokens of a mask).
    output, baseline
        The output (a logit) for the text, and for the text with all its tokens masked.
    delta
        ``Σ scores - (output - baseline)``: how far integrated gradients are from complete; None for the
        other methods, which make no such promise.
    """

    tokens: Tokens
    scores: NDArray[np.float32]
    method: str
    target: str
    targets: tuple[str, ...]
    output: float
    baseline: float
    delta: float | None = None

    def to_frame(self) -> Any:
        """Return a table with one row a token: token, start, end, score."""
        return to_frame(
            {
                "token": list(self.tokens.tokens),
                "start": self.tokens.offsets[:, 0],
                "end": self.tokens.offsets[:, 1],
                "score": self.scores,
            }
        )

    def figure(self, *, words: bool = False, special_tokens: str = "show") -> Any:
        """Return a matplotlib figure with one bar a token: blue speaks for the target, orange against it.

        Parameters
        ----------
        words, special_tokens
            A word is the sum of its pieces; ``"hide"`` leaves special tokens out.

        Raises
        ------
        MissingExtra
            matplotlib is not installed.
        """
        from .drawings import bars

        columns = Switches(words, special_tokens).columns(self.tokens)
        return bars(
            columns.summed(self.scores),
            columns.names,
            title=f"{self.tokens.model}: {self.method.replace('_', ' ')} for “{self.target}”",
            note=self.summary().split(" · ", 1)[1],
            unit="added to the output",
        )

    def summary(self) -> str:
        """Return what was explained, in one line."""
        parts = [f"{self.method} for “{self.target}”", f"output {self.output:+.3f}", f"masked {self.baseline:+.3f}"]
        if self.delta is not None:
            parts.append(f"convergence delta {self.delta:+.3f}")
        return " · ".join(parts)

    def __repr__(self) -> str:
        order = np.argsort(-np.abs(self.scores), kind="stable")[:12]
        rows = [(self.tokens.tokens[index], float(self.scores[index])) for index in order]
        return text_table(("token", "score"), rows) + f"\n{self.tokens.model}: {self.summary()}"

    def _repr_html_(self) -> str:
        top = float(np.abs(self.scores).max()) or 1.0
        spans = []
        for token, score in zip(self.tokens.tokens[:400], self.scores, strict=False):
            # Blue for, vermilion against: told apart with any kind of colour vision (Okabe & Ito 2008).
            colour = "0,114,178" if score >= 0 else "213,94,0"
            style = f"background:rgba({colour},{abs(float(score)) / top * 0.75:.2f});padding:1px 3px;border-radius:3px"
            spans.append(f'<span style="{style}" title="{float(score):+.4f}">{escape(token)}</span>')
        return (
            f'<div style="{FONT}"><div>{" ".join(spans)}</div>'
            f'<div style="color:{FAINT}">{escape(self.tokens.model)} · {escape(self.summary())}</div></div>'
        )
