"""The prediction panel: type a text, see what a classifier says of it, and which words made it say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets

from albert_widgets.errors import AlbertError, InputInvalid, TaskUnsupported
from albert_widgets.results.html import FAINT, FONT, escape
from albert_widgets.results.prediction_pictures import SHOWN, bars_figure, bars_html

from .classifiers import chosen_classifier, classifiers
from .panel import connected
from .text_panel import TextPanel

if TYPE_CHECKING:
    from albert_widgets.protocol import BertBackend
    from albert_widgets.results import Attribution, Predictions

METHODS = ("gradient", "integrated_gradients", "occlusion")
"""How words are weighed; the first, one pass forth and back, keeps up with typing."""


@dataclass(frozen=True, eq=False)
class Said:
    """What the browser shows of a text.

    Attributes
    ----------
    predictions
        Of the one text.
    scale
        Of a regression, the least and the greatest true value that the model was judged on; None where that is not
        known.
    """

    predictions: Predictions
    scale: tuple[float, float] | None


class PredictPanel(TextPanel["Predictions | None"]):
    """A text and what a classifier says of it, live; see :class:`~albert_widgets.widgets.text_panel.TextPanel`.

    >>> v = PredictPanel("What a wonderful film!", model="run:reviews")
    >>> v.predictions.labels
    >>> v.label = "negative"                    # why not negative?
    >>> v.attribution

    Parameters
    ----------
    text, pair
        What to begin with; an empty text waits until somebody types one.
    model
        Id of a classifier or regressor. Without it the backend's default, or the newest run if that is no classifier;
        :attr:`note` says so then.
    bert
        The backend; None takes the shared one.
    label
        The class that is explained; None explains the answer.
    method
        How words are weighed: ``"gradient"``, ``"integrated_gradients"`` or ``"occlusion"``.
    is_sorted
        Whether the likeliest class comes first, or the classes stand in the model's order.

    Raises
    ------
    ModelNotFound, InputInvalid
        There is no such model, or no such method.
    """

    bundle = "predict"
    chosen = ("label", "method", "is_sorted")

    label = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    method = traitlets.Enum(METHODS, METHODS[0]).tag(sync=True)
    is_sorted = traitlets.Bool(True).tag(sync=True)
    note = traitlets.Unicode(read_only=True).tag(sync=True)
    """Which model was taken in place of the default, and why; empty where nobody needs to know."""

    def __init__(
        self,
        text: str = "",
        *,
        pair: str | None = None,
        model: str | None = None,
        bert: BertBackend | None = None,
        **selection: Any,
    ) -> None:
        bert = connected(bert)
        model, note = chosen_classifier(bert, model)
        self._scales: dict[str, tuple[float, float] | None] = {}
        super().__init__(text, pair=pair, model=model, bert=bert, **selection)
        self.set_trait("note", note)

    @traitlets.observe("model")
    def _forget_note(self, _change: object) -> None:
        self.set_trait("note", "")

    # --- the data -------------------------------------------------------------------------------

    @property
    def predictions(self) -> Predictions:
        """What the model says of the text that stands in the panel now.

        Raises
        ------
        InputInvalid
            There is no text yet.
        TaskUnsupported
            The model is no classifier.
        """
        return self._predicted(self.text, self.pair, self.model)

    @property
    def attribution(self) -> Attribution:
        """What each token adds to the class that is explained.

        Raises
        ------
        InputInvalid, TaskUnsupported
            As :attr:`predictions`.
        """
        said = self.predictions
        return self._attributed(said, self.label if self.label in said.label_names else None)

    def to_frame(self) -> Any:
        """Return a table with one row a class: label and probability, or the value of a regression."""
        from albert_widgets.results.html import to_frame

        said = self.predictions
        name = "value" if said.problem_type == "regression" else "probability"
        return to_frame({"label": list(said.label_names), name: said.probabilities[0]})

    def figure(self, kind: str = "classes") -> Any:
        """Return a matplotlib figure.

        Parameters
        ----------
        kind
            ``"classes"``: their probabilities. ``"why"``: what each word adds to the class that is explained.

        Raises
        ------
        InputInvalid
            There is no such picture, or no text yet.
        MissingExtra
            matplotlib is not installed.
        """
        if kind == "why":
            return self.attribution.figure(words=True, special_tokens="hide")
        if kind != "classes":
            raise InputInvalid(f"There is no picture {kind!r} of this panel.", "There are: classes, why.")
        return bars_figure(self.predictions)

    def _compute(self, text: str, pair: str | None, model: str) -> Predictions | None:
        if not text.strip():
            self._bert.model(model)
            return None
        try:
            said: Predictions = self._bert.predict(text, pair=pair, model=model)
        except TaskUnsupported:
            # The panel says so, and offers those that can.
            return None
        return said

    def _predicted(self, text: str, pair: str | None, model: str) -> Predictions:
        if not text.strip():
            raise InputInvalid("There is no text yet.", 'Type one, or panel.text = "…".')
        said = self._result_of(text, pair, model)
        # What was caught above is raised here.
        return self._bert.predict(text, pair=pair, model=model) if said is None else said

    def _attributed(self, said: Predictions, target: str | None) -> Attribution:
        if target is None and said.problem_type != "regression":
            target = said.top(0, 1)[0][0]
        return self._bert.attribute(said.texts[0], pair=self.pair, model=said.model, target=target, method=self.method)

    def _scale(self, said: Predictions) -> tuple[float, float] | None:
        """Return the span of a run's validation values, asked for once."""
        if said.problem_type != "regression":
            return None
        if said.model not in self._scales:
            self._scales[said.model] = _span(self._bert, said.model)
        return self._scales[said.model]

    # --- the browser ----------------------------------------------------------------------------

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method == "predict":
            text, pair, model = params["text"], params.get("pair"), params["model"]
            # Without a text there is nothing to say, but somebody to say so.
            said = self._predicted(text, pair, model) if text.strip() else None
            return None if said is None else Said(said, self._scale(said))
        if method == "attribute":
            return self._bert.attribute(
                params["text"],
                pair=params.get("pair"),
                model=params["model"],
                target=params["target"],
                method=params["method"],
            )
        if method == "models":
            return [
                {"id": info.id, "layers": info.num_hidden_layers, "heads": info.num_attention_heads}
                for info in classifiers(self._bert)
            ]
        return super()._answer(method, params)

    # --- without a kernel -----------------------------------------------------------------------

    def __repr__(self) -> str:
        known = self._answered and self._answered[1]
        return repr(known) if known else f"{type(self).__name__}({self.text!r}, model={self.model!r})"

    def _picture(self) -> str:
        said = self.result
        note = f'<div style="{FONT};color:{FAINT}">{escape(self.note)}</div>' if self.note else ""
        if said is not None:
            return bars_html(said) + note
        what = f"{self.model} says nothing of {self.text!r}." if self.text.strip() else "No text yet."
        return f'<div style="{FONT}">{escape(what)}</div>{note}'

    def to_html(self) -> str:
        """Return a standalone page: the panel with its data, without a kernel and without the network.

        It explains the classes that it shows, with the method that is chosen.
        """
        said = self.result
        if said is None:
            return self._page(self.text[:60], {"said": None, "targets": [], "why": [], "refusal": ""})
        is_value = said.problem_type == "regression"
        targets = [None] if is_value else [name for name, _ in said.top(0, SHOWN)]
        why: list[Attribution] = []
        refusal = ""
        try:
            why = [self._attributed(said, target) for target in targets]
        except AlbertError as error:
            # A longer text is cut for its prediction, but not explained in parts.
            refusal = str(error).replace("\n", " ")
        content = {"said": Said(said, self._scale(said)), "targets": targets, "why": why, "refusal": refusal}
        return self._page(self.text[:60], content)


def _span(bert: BertBackend, model: str) -> tuple[float, float] | None:
    try:
        evaluation = bert.fit_report(model).evaluation
    except AlbertError:
        # It was not trained here, so nobody knows what its values usually are.
        return None
    if evaluation is None or not len(evaluation.points):
        return None
    truths = evaluation.points[:, 0]
    low, high = float(truths.min()), float(truths.max())
    return (low, high) if low < high else None
