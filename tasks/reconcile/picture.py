"""The picture of where every pound is: the whole extract as one bar, and the small parts of it magnified."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from schemas.reconciliation.figures import Outcome, Reconciliation
from tasks.reconcile.wording import count_in_words, pounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    Outcome.CREDITED: "#002d54",
    Outcome.IN_FLIGHT: "#0065bd",
    Outcome.NOT_RELEASED: "#949494",
    Outcome.AMENDED: "#2b9c93",
    Outcome.RETURNED: "#e5682a",
    Outcome.REJECTED: "#6a2063",
    Outcome.CANCELLED: "#8b5fa3",
    Outcome.NOT_SENT: "#5e5e5e",
    Outcome.NOT_PAID: "#b23a6f",
    Outcome.ISSUED: "#6a9bd1",
    Outcome.CASHED: "#1d5c4a",
    Outcome.EXPIRED: "#c2721c",
    Outcome.UNDECIDED: "#b1a000",
    Outcome.UNDER_ENQUIRY: "#7a5c00",
    Outcome.ANSWER_SET_ASIDE: "#fdd522",
    Outcome.DISPUTED: "#d32205",
    Outcome.PAID_ELSEWHERE: "#007f7f",
    Outcome.CORRECTED: "#c9b8a8",
    Outcome.HELD: "#592c20",
    Outcome.REFUSED: "#ca72a2",
}
"""A bucket's colour everywhere: the data visualisation palette of the Scottish Government design system."""

_TEXT = "#1a1a1a"
_FAINT = "#ebebeb"
_HALO = {"facecolor": "white", "edgecolor": "none", "pad": 1}
_FONT = "Roboto, 'Helvetica Neue', Helvetica, Arial, sans-serif"
_SMALL_SHARE = 0.25
_MAGNIFIED = 1.6


@dataclass(frozen=True)
class _Part:
    label: str
    worth: float
    colour: str


@dataclass(frozen=True)
class Shape:
    """How large a picture is drawn: inches wide, points of its text."""

    width: float
    text: float

    @property
    def line(self) -> float:
        """A line of text, in inches of height."""
        return self.text * 1.75 / 72

    @property
    def em(self) -> float:
        """The mean width of a character, as a share of the picture's width."""
        return self.text * 0.56 / 72 / self.width


WIDE = Shape(9.5, 13)
NARROW = Shape(4.5, 14)


def picture(reconciliation: Reconciliation, shape: Shape) -> str:
    """Draw the picture as an SVG document whose text is text.

    The upper bar is the whole extract to scale. If the largest bucket leaves less than a quarter to the
    others, these are drawn again below, magnified to the full width, because at the upper bar's scale
    nobody would see them. Amounts are drawn to scale; a bucket that sums to nothing or less has no width
    but keeps its label.
    """
    import matplotlib  # heavy: only whoever draws pays for it
    from matplotlib.figure import Figure

    parts = _parts(reconciliation)
    small = _small(parts)
    height = _height(small or parts, shape, magnified=bool(small))
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "siller", "font.size": shape.text}):
        figure = Figure(figsize=(shape.width, height))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set(xlim=(0, 1), ylim=(0, height))
        axes.axis("off")
        _draw(axes, reconciliation, parts, small, shape)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": "Where every pound is"})
    return out.getvalue().replace("'DejaVu Sans'", _FONT)


def data_uri(svg: str) -> str:
    """The picture as an address that holds the picture, so that a page asks for nothing from outside."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _parts(reconciliation: Reconciliation) -> list[_Part]:
    return [
        _Part(
            f"{bucket.name.capitalize()} {pounds(bucket.pounds)}, {count_in_words(bucket.rows, 'row', 'rows')}",
            max(0.0, float(bucket.pounds)),
            COLOURS[bucket.name],
        )
        for bucket in reconciliation.buckets
        if bucket.rows
    ]


def _small(parts: list[_Part]) -> list[_Part]:
    """The parts beside the largest one, if together they would hardly be seen."""
    if not parts:
        return []
    largest = max(parts, key=lambda part: part.worth)
    rest = [part for part in parts if part is not largest]
    total = largest.worth + sum(part.worth for part in rest)
    return rest if len(rest) > 1 and total and (total - largest.worth) / total < _SMALL_SHARE else []


def _height(labelled: list[_Part], shape: Shape, magnified: bool) -> float:
    return (_MAGNIFIED if magnified else 0) + 0.6 + shape.line * (len(labelled) + 1.6)


def _draw(axes: Axes, reconciliation: Reconciliation, parts: list[_Part], small: list[_Part], shape: Shape) -> None:
    line = shape.line
    whole = f"The extract: {pounds(reconciliation.extract.pounds)}"
    height = _height(small or parts, shape, magnified=bool(small))
    axes.text(0, height - line * 0.45, whole, va="center", color=_TEXT, weight="bold")
    top = height - line - 0.5
    if not small:
        _bar(axes, parts, top)
        _labels(axes, parts, top, line, shape.em)
        return
    large = [part for part in parts if part not in small]
    _bar(axes, large + small, top)
    axes.text(0, top - line * 0.6, large[0].label, va="center", color=_TEXT)
    lower = top - _MAGNIFIED + line * 0.4
    total = sum(part.worth for part in parts)
    edge = large[0].worth / total
    under, over, bend = lower + 0.53, top - 0.03, top - line * 1.15
    axes.fill([edge, 1.0, 1.0, 0.0, edge], [over, over, under, under, bend], color=_FAINT, zorder=0)
    rest = reconciliation.extract.pounds - max(bucket.pounds for bucket in reconciliation.buckets)
    axes.text(
        0.988,
        lower + 0.53 + line * 0.55,
        f"The other {pounds(rest)}, magnified",
        va="center",
        ha="right",
        color=_TEXT,
    )
    _bar(axes, small, lower)
    _labels(axes, small, lower, line, shape.em)


def _bar(axes: Axes, parts: list[_Part], bottom: float) -> None:
    total = sum(part.worth for part in parts) or 1.0
    left = 0.0
    for part in parts:
        width = part.worth / total
        axes.barh(bottom, width, 0.5, left=left, align="edge", color=part.colour, edgecolor="white", linewidth=1)
        left += width


def _labels(axes: Axes, parts: list[_Part], bottom: float, line: float, em: float) -> None:
    """One line of text a part, tied to its segment, so that colour is never the only sign.

    Texts run to the right of their tie where they fit, the rightmost nearest to the bar, so that no tie
    crosses a text; one that does not fit ends at the right edge, under its tie, above the others.
    """
    total = sum(part.worth for part in parts) or 1.0
    ends = list(accumulate((part.worth / total for part in parts), initial=0.0))
    middles = [(start + end) / 2 for start, end in pairwise(ends)]
    fits = [middle + (len(part.label) + 2) * em < 1 for part, middle in zip(parts, middles, strict=True)]
    order = sorted(range(len(parts)), key=lambda number: (fits[number], -number))
    for place, number in enumerate(order):
        part, middle = parts[number], middles[number]
        height = bottom - line * (place + 0.9)
        if fits[number]:
            tie = ([middle, middle, middle + em], [bottom, height, height])
            axes.text(middle + 1.4 * em, height, part.label, va="center", color=_TEXT, bbox=_HALO)
        else:
            tie = ([middle, middle], [bottom, height + line * 0.45])
            axes.text(1, height, part.label, va="center", ha="right", color=_TEXT, bbox=_HALO)
        axes.plot(*tie, color=part.colour, linewidth=1.5)
