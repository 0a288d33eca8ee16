"""The parts of the report's page that say more than one figure: what the template shows, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from schemas.bank_days import LONDON
from schemas.reconciliation.figures import Outcome, Reconciliation, Share, Way
from tasks.ledger.file_line import line_words
from tasks.reconcile import wording

if TYPE_CHECKING:
    from tasks.reconcile.report import About, PaidHere

LISTED = 50
"""How many rows of one kind the page lists; the CSV file has all."""

NOT_COME = "Not come yet"


def way(told: Way) -> dict[str, object]:
    """One of the five ways in which the money is told."""
    if told.says is None or told.leaves is None:
        return {"source": told.source, "verdict": NOT_COME, "mood": "", "says": None, "less": [], "leaves": None}
    verdict, mood = "£0.00 apart", "positive"
    if not told.agrees:
        apart = f"{wording.pounds(told.difference or Decimal(0))} apart"
        verdict, mood = (f"{apart}, and more may come", "") if told.may_still_come else (apart, "negative")
    return {
        "source": told.source,
        "verdict": verdict,
        "mood": mood,
        "says": _share(told.says),
        "less": [f"less {_named(each)}" for each in told.less],
        "leaves": _share(told.leaves),
    }


def _share(share: Share) -> dict[str, str]:
    counted = "" if share.payments is None else wording.count_in_words(share.payments, "payment", "payments")
    return {"pounds": wording.pounds(share.pounds), "payments": counted}


def _named(share: Share) -> str:
    counted = "" if share.payments is None else f"{share.payments:,} "
    return f"{counted}{share.name}, {wording.pounds(share.pounds)}"


def compared(reconciliation: Reconciliation, about: About) -> dict[str, object] | None:
    """This period beside the last one; nothing where there is none."""
    last = about.last_time
    if last is None:
        return None
    extract, buckets = reconciliation.extract, reconciliation.buckets
    corrected = sum(bucket.rows for bucket in buckets if bucket.name is Outcome.CORRECTED)
    paid, back = (_of(reconciliation, outcomes) for outcomes in (wording.PAID, (Outcome.RETURNED,)))
    asked = Share("", extract.rows - corrected, extract.pounds)
    left_out = extract.refused_rows + extract.held_rows
    most = max(asked.pounds, last.asked.pounds, Decimal(1))
    return {
        "now": about.period.words,
        "then": last.name,
        "then_run": last.run_id,
        "rows": [
            {"name": name, "now": _share(now), "then": _share(then)}
            for name, now, then in (
                ("Asked for", asked, last.asked),
                ("Paid", paid, last.paid),
                ("Came back", back, last.came_back),
            )
        ],
        "left_out": {"now": f"{left_out:,}", "then": f"{last.left_out:,}"},
        "bars": [
            {"name": name, "width": f"{float(share.pounds / most):.1%}", "pounds": wording.pounds(share.pounds)}
            for name, share in ((about.period.words, paid), (last.name, last.paid))
        ],
    }


def _of(reconciliation: Reconciliation, outcomes: tuple[Outcome, ...]) -> Share:
    found = [bucket for bucket in reconciliation.buckets if bucket.name in outcomes]
    return Share("", sum(bucket.rows for bucket in found), sum((bucket.pounds for bucket in found), Decimal(0)))


def paid_since(reconciliation: Reconciliation, about: About, words: Mapping[int, str]) -> list[dict[str, object]]:
    """By run, which rows of this one it pays: what was refused, held or came back here."""
    told: list[dict[str, object]] = []
    for (run_id,), rows in about.since.group_by("paid_run", maintain_order=True):
        are = [each for each in reconciliation.paid_since if each.run_id == run_id]
        paid = sum(each.rows for each in are if each.is_paid)
        said = f"{wording.count_in_words(paid, 'row', 'rows')} paid since by {run_id}"
        if paid < rows.height:
            said = f"{wording.count_in_words(rows.height, 'row', 'rows')} in {run_id}, of which {paid:,} paid so far"
        pairs = rows.select("row_number", "paid_by").head(LISTED).iter_rows()
        told.append(
            {
                "title": said,
                "href": _report(about, str(run_id)),
                "pairs": [
                    {"own": f"{reconciliation.run_id}/{row}", "line": words.get(row, ""), "other": paid_by}
                    for row, paid_by in pairs
                ],
                "more": _more(rows.height),
            }
        )
    return told


def made_good(about: About, found: PaidHere) -> dict[str, object]:
    """The rows of an earlier run that this one pays."""
    words = line_words(found.lines)
    pairs = found.rows.select("row_number", "paid_by", "state").head(LISTED).iter_rows()
    return {
        "title": f"{wording.count_in_words(found.rows.height, 'row', 'rows')} of {found.run_id} paid here",
        "href": _report(about, found.run_id),
        "pairs": [
            {"own": paid_by, "line": state.replace("_", " "), "other": f"{found.run_id}/{row} ({words.get(row, '')})"}
            for row, paid_by, state in pairs
        ],
        "more": _more(found.rows.height),
    }


def _report(about: About, run_id: str) -> str:
    return f"../{run_id}/reconciliation.html" if run_id in about.reported else ""


def _more(rows: int) -> str:
    return f"And {rows - LISTED:,} more, all in to-follow-up.csv." if rows > LISTED else ""


def ahead(about: About, as_at: datetime) -> list[dict[str, str]]:
    """What comes next and by when, earliest first; what is over is left out."""
    coming = [each for each in about.ahead if _day(each.when) >= as_at.date()]
    return [{"what": each.what, "when": _when(each.when)} for each in sorted(coming, key=lambda each: _key(each.when))]


def _day(when: date) -> date:
    return when.astimezone(LONDON).date() if isinstance(when, datetime) else when


def _key(when: date) -> tuple[date, str]:
    return _day(when), f"{when:%H:%M}" if isinstance(when, datetime) else "99"


def _when(when: date) -> str:
    if isinstance(when, datetime):
        return f"{wording.day(_day(when))}, {when.astimezone(LONDON):%H:%M}"
    return wording.day(when)
