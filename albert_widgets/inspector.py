"""The part of :class:`~albert_widgets.protocol.BertBackend` that looks into a model while it reads one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .results import (
        AttentionFlow,
        AttentionMaps,
        Attribution,
        Comparison,
        Effect,
        HeadImportance,
        HeadStatistics,
        Neurons,
    )


class Inspector(Protocol):
    """Attention and what can be derived from it, head by head, and which tokens an output depends on.

    Layers, heads and tokens count from 0; negative numbers count from the end. All methods raise
    InputInvalid for an empty text, for one with more tokens than the model reads, and for what is not there.
    """

    def attention(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        rows: Sequence[int] | None = None,
        columns: Sequence[int] | None = None,
        pool: int | None = None,
        quantized: bool = False,
        weight: str = "probability",
        ablate: Sequence[Sequence[int]] | None = None,
    ) -> AttentionMaps:
        """Return attention maps of one text, computed for just what is asked for.

        Parameters
        ----------
        layers, heads, rows, columns
            Indices from 0 (negative ones count from the end); None means all. ``rows`` are query tokens,
            ``columns`` key tokens: a part of a row still is of probabilities over all keys.
        pool
            Max-pool the chosen rows and columns of each map to at most ``pool × pool`` cells while it is computed.
        quantized
            uint8 with a scale for each head instead of float32.
        weight
            ``"probability"``, or ``"value_norm"``: each weight times the length of the vector that its key gives,
            ``‖a · v Wᵒ‖`` (Kobayashi et al. 2020).
        ablate
            Heads that are switched off meanwhile, as ``(layer, head)`` from 0: what they give is zero.

        Raises
        ------
        InputInvalid
            Empty text, more tokens than the model reads, no such layer/head/row/column, or maps over 1 GB.
        TaskUnsupported
            Value norms or ablation, in an architecture that does not call the attention function.
        """

    def head_statistics(self, text: str, *, pair: str | None = None, model: str | None = None) -> HeadStatistics:
        """Return what each head looks at: entropy, distance, shares (Clark et al. 2019)."""

    def flow(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        method: str = "rollout",
        layers: Sequence[int] | None = None,
        heads: Sequence[int] | None = None,
        rows: Sequence[int] | None = None,
        start: int = 0,
    ) -> AttentionFlow:
        """Return how much of each input token arrives at each token of each layer (Abnar & Zuidema 2020).

        Parameters
        ----------
        method
            ``"rollout"``, at once for all tokens; or ``"flow"``, a maximum flow for each pair of tokens.
        layers, rows
            Into which layers' outputs, and which of their tokens.
        heads
            Which heads of every layer the mean is taken of.
        start
            The layer whose input it begins at: how much of what stands in each place there arrives.

        Raises
        ------
        TooLarge
            Too long a text, or too many maximum flows.
        """

    def neurons(
        self, text: str, *, layer: int, head: int, query: int, pair: str | None = None, model: str | None = None
    ) -> Neurons:
        """Return the query and key vectors, scores and probabilities behind one row of one head.

        Raises
        ------
        TaskUnsupported
            The architecture does not call the attention function, so its vectors cannot be seen.
        """

    def head_importance(
        self,
        texts: str | Sequence[str],
        *,
        pair: str | Sequence[str] | None = None,
        model: str | None = None,
        targets: Sequence[str] | None = None,
        mask: Sequence[int] | None = None,
    ) -> HeadImportance:
        """Return how much the loss of some texts depends on each head (Michel et al. 2019).

        Parameters
        ----------
        targets
            The true label of each text (the true token, with a masked language model); None takes the predicted ones.
        mask
            Positions of tokens that are masked meanwhile; of a single text.

        Raises
        ------
        TaskUnsupported
            The model predicts nothing, or its heads cannot be reached.
        """

    def attribute(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        method: str = "integrated_gradients",
        target: str | None = None,
        steps: int = 50,
    ) -> Attribution:
        """Return how much each token adds to one output of the model.

        Parameters
        ----------
        method
            ``"integrated_gradients"`` from the masked text, ``"gradient"`` (× input), or ``"occlusion"``.
        target
            The class, or the token for the first mask; None takes the likeliest.
        steps
            Of the integral, 1 to 500.

        Raises
        ------
        TaskUnsupported
            The model is neither a classifier nor a masked language model.
        """

    def effect(
        self,
        text: str,
        *,
        pair: str | None = None,
        model: str | None = None,
        mask: Sequence[int] | None = None,
        ablate: Sequence[Sequence[int]] | None = None,
        top_k: int = 5,
    ) -> Effect:
        """Return what the model says with tokens masked and heads switched off, beside what it says untouched.

        Parameters
        ----------
        mask
            Positions of tokens that are replaced by the mask token (in tokens of :meth:`tokenize`): ids are
            replaced, not the text, so the other tokens stay what they are.
        ablate
            Heads that are switched off, as ``(layer, head)``: what they give is zero.
        top_k
            Candidates for each mask, 1 to 100; a classifier gives all its classes.

        Raises
        ------
        InputInvalid
            No such token or head, or a token that the model puts there itself (``[CLS]``).
        TaskUnsupported
            The model predicts nothing, or its heads cannot be reached.
        """

    def compare(
        self,
        text: str,
        other: str | None = None,
        *,
        pair: str | None = None,
        model: str | None = None,
        other_model: str | None = None,
        words: bool = False,
        special_tokens: str = "show",
    ) -> Comparison:
        """Return how far each head's map of one text (or model) is from its map of another.

        Tokens are aligned by least cost: 2 for one that is left out or comes in, 3 for one in place of another.

        Parameters
        ----------
        other, other_model
            The second text and the second model; None takes the first.
        pair
            The second segment of both texts.
        words
            Compare words instead of pieces.
        special_tokens
            ``"show"``, ``"hide"``, or ``"renormalize"``: hidden, and the rest of each row divided by its sum.

        Raises
        ------
        InputInvalid
            The models do not have as many layers and heads, or the texts have no tokens that correspond.
        """
