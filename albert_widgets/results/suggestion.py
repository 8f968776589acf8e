"""What is offered where a model cannot read a script: others that can. Nothing is switched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """Models for texts in a script that a model's vocabulary does not know.

    Attributes
    ----------
    model
        Id of the model that cannot read them.
    script
        What it is called: ``"Arabic"``, ``"Chinese"``, ``"Japanese"``, ….
    unread
        Share of the letters, 0 to 1, that are unknown, or that lie in words which are spelled letter by letter or byte
        by byte.
    here
        Ids of models on this machine whose tokenizers read these very texts, the best suited first.
    hub
        Ids of models of the hub that are made for the script; asked for nowhere, so they work offline, too.
    """

    model: str
    script: str
    unread: float
    here: tuple[str, ...] = ()
    hub: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What there is, as one sentence."""
        return (
            f"{self.model} hardly reads {self.script}: its vocabulary does not know {self.unread:.0%} of the letters, "
            "or only one by one."
        )

    @property
    def hint(self) -> str:
        """What to type, as one sentence."""
        if self.here:
            others = f" (or {', '.join(self.here[1:])})" if self.here[1:] else ""
            return f"{self.here[0]}{others} reads it and is here: --model {self.here[0]}"
        if self.hub:
            return f"No model here reads it; one that does: %albert download {self.hub[0]}"
        return "No model here reads it. %albert search finds others."

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"
