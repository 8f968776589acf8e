"""A training as static HTML: what it learns from, how far it is, its curves and how good its model is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from albert_widgets.results.html import ACCENT, FAINT, FONT, LINE, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from albert_widgets.job import JobEvent, JobInfo
    from albert_widgets.results import BaselineReport, DataCheck, FitReport

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 420, 190, 46, 24, 26
MOST_POINTS = 200
"""Points of one line; a picture is no wider than so many pixels can show."""
SECOND = "#e69f00"
"""Colour of the second line (Okabe & Ito 2008); it is dashed, too."""

Line = tuple[str, list[tuple[float, float]]]


def picture(
    *,
    rows: str = "",
    check: DataCheck | None = None,
    baseline: BaselineReport | None = None,
    job: JobInfo | None = None,
    history: Sequence[dict[str, float]] = (),
    report: FitReport | None = None,
) -> str:
    """Return what is known of a training; everything that is not known yet is left out.

    Parameters
    ----------
    rows
        The data on one line, for as long as they are not checked.
    history
        What was measured, in order; see :attr:`FitReport.history`.
    """
    beside = baseline.headline() if baseline else ""
    parts = [check.lines_html(beside) if check else f"<div>{escape(rows)}</div>" if rows else ""]
    if job is not None:
        parts.append(f"<div><b>{escape(state_line(job))}</b></div>")
    primary = report.primary if report else ""
    best = report.best_step if report else None
    parts.append(curves(history, primary, best))
    if report is not None:
        parts.append(report._repr_html_())
    return f'<div style="{FONT}">{"".join(parts)}</div>'


def state_line(job: JobInfo) -> str:
    """Return how far a job is: ``"fit-3 is running: 64 %"``."""
    done, total = job.progress.get("done"), job.progress.get("total")
    share = f": {done / total:.0%}".replace("%", " %") if done and total and not job.has_ended else ""
    why = f": {job.error['message']}" if job.error else ""
    return f"{job.id} is {job.state}{share}{why}"


def history_of(events: Sequence[JobEvent]) -> list[dict[str, float]]:
    """Return what was measured, in order, without what a resumed run did again."""
    found: list[dict[str, float]] = []
    for event in events:
        if event.kind == "metric":
            found.append(event.data)
        elif event.kind == "checkpoint" and event.data.get("resumed"):
            found = [one for one in found if one["step"] <= event.data["step"]]
    return found


def curves(history: Sequence[dict[str, float]], primary: str = "", best: float | None = None) -> str:
    """Return two charts as SVG, of the losses and of the measure that chooses the best step; or nothing."""
    names = dict.fromkeys(name for event in history for name in event if name.startswith("eval_"))
    chosen = f"eval_{primary}" if primary else next((name for name in names if name != "eval_loss"), "")
    measure = chosen.removeprefix("eval_").replace("_", " ")
    losses = [("training", _points(history, "loss")), ("validation", _points(history, "eval_loss"))]
    charts = [
        _chart("loss", losses, None),
        _chart(measure, [(measure, _points(history, chosen))], best),
    ]
    drawn = "".join(charts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 24px;margin:8px 0">{drawn}</div>' if drawn else ""


def _points(history: Sequence[dict[str, float]], name: str) -> list[tuple[float, float]]:
    found = [(event["step"], event[name]) for event in history if name in event]
    stride = -(-len(found) // MOST_POINTS) or 1
    # The last one is where the run is now.
    return [*found[:-1:stride], *found[-1:]]


def _chart(title: str, lines: Sequence[Line], best: float | None) -> str:
    values = [value for _, points in lines for _, value in points]
    steps = [step for _, points in lines for step, _ in points]
    if not values:
        return ""
    least, most, last = min(values), max(values), max(*steps, 1)
    spread = (most - least) or abs(most) or 1.0
    least, most = least - 0.05 * spread, most + 0.05 * spread

    def x(step: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - 8) * step / last

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (most - value) / (most - least)

    style = f'fill="{FAINT}" style="fill:{FAINT}" font-size="11"'
    parts = []
    for share in (0.0, 0.5, 1.0):
        value = least + share * (most - least)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y(value):.1f}" y2="{y(value):.1f}" style="stroke:{LINE}"/>'
            f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end" {style}>{value:.3g}</text>'
        )
    parts.append(
        f'<text x="{_LEFT}" y="{_HEIGHT - 6}" {style}>step 0</text>'
        f'<text x="{_WIDTH - 8}" y="{_HEIGHT - 6}" text-anchor="end" {style}>{last:,.0f}</text>'
    )
    if best is not None:
        parts.append(
            f'<line x1="{x(best):.1f}" x2="{x(best):.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" '
            f'style="stroke:{ACCENT}" stroke-dasharray="2 3"/>'
        )
    left = _LEFT
    for number, (name, points) in enumerate(lines):
        if not points:
            continue
        color, dash = (ACCENT, "") if not number else (SECOND, ' stroke-dasharray="5 3"')
        drawn = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in points)
        marks = "".join(
            f'<circle cx="{x(step):.1f}" cy="{y(value):.1f}" r="2" style="fill:{color}"/>' for step, value in points
        )
        label = f"{name} {points[-1][1]:.4g}"
        parts.append(
            f'<polyline points="{drawn}" style="fill:none;stroke:{color}" stroke-width="1.5"{dash}/>'
            f"{marks if len(points) <= 40 else ''}"
            f'<line x1="{left}" x2="{left + 16}" y1="12" y2="12" style="stroke:{color}" stroke-width="2"{dash}/>'
            f'<text x="{left + 20}" y="16" {style}>{escape(label)}</text>'
        )
        left += 32 + 7 * len(label)
    return (
        f'<svg role="img" aria-label="{escape(title)} by step" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" style="max-width:100%;height:auto">{"".join(parts)}</svg>'
    )
