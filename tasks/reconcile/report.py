"""The reconciliation report: a page and two CSV files from one ``Reconciliation``.

Payments appear by id and row number alone: no name, account, reference or single amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from schemas.pay_run import Mode
from schemas.period import Period
from schemas.reconciliation.figures import Confirmation, FollowUp, Outcome, Reconciliation, count_rows
from tasks.publish.pages import page
from tasks.reconcile import wording
from tasks.reconcile.picture import COLOURS, NARROW, WIDE, data_uri, picture
from tasks.reconcile.tables import buckets_csv, follow_up_csv
from tasks.storage.atomic_write import write_atomic

TEMPLATE = Path(__file__).resolve().parent / "report.html.j2"
LISTED = 50
"""How many payments of one code the page lists; the CSV file has all."""


class Link(NamedTuple):
    """Another thing to read about the run; ``href`` is relative to the report's folder or an address."""

    text: str
    href: str


@dataclass(frozen=True)
class About:
    """What a reader needs to find the run again.

    Attributes:
        tenant_name: the body as people call it.
        period: the pay period.
        mode: a rehearsal says so at the top of the page.
        extract_name: the extract's file name.
        extract_sha256: its hash.
        file_name: the payment file's name, null as long as nothing was released.
        file_sha256: its hash.
        links: what else to read.
        beside: entries, and their pence, of this run's statements that are of no run.
    """

    tenant_name: str
    period: Period
    mode: Mode
    extract_name: str
    extract_sha256: str
    file_name: str | None
    file_sha256: str | None
    links: tuple[Link, ...] = ()
    beside: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Written:
    """The files of one report."""

    page: Path
    buckets: Path
    follow_up: Path


def write_report(folder: Path, reconciliation: Reconciliation, about: About) -> Written:
    """Write the page and both CSV files into the run's folder, replacing those of an earlier moment."""
    written = Written(folder / "reconciliation.html", folder / "reconciliation.csv", folder / "to-follow-up.csv")
    pictures = {
        "wide": data_uri(picture(reconciliation, WIDE)),
        "narrow": data_uri(picture(reconciliation, NARROW)),
    }
    write_atomic(written.page, report_page(reconciliation, about, pictures).encode())
    write_atomic(written.buckets, buckets_csv(reconciliation).encode())
    write_atomic(written.follow_up, follow_up_csv(reconciliation).encode())
    return written


def report_page(reconciliation: Reconciliation, about: About, pictures: dict[str, str]) -> str:
    """The page; ``pictures`` holds the addresses of the ``wide`` and the ``narrow`` one."""
    headline = wording.headline(reconciliation)
    service = f"{about.tenant_name}, {about.period.words} pay run"
    extract = reconciliation.extract
    unreadable = (
        f"{wording.count_in_words(extract.unreadable_rows, 'refused row has', 'refused rows have')} "
        "no readable amount and so no width."
        if extract.unreadable_rows
        else ""
    )
    return page(
        TEMPLATE,
        title=f"{', '.join(f'{figure.amount} {figure.label}' for figure in headline)}: {service}",
        service=service,
        rehearsal=about.mode is Mode.REHEARSAL,
        made=f"Made by siller from the ledger of run {reconciliation.run_id}.",
        as_at=wording.moment(reconciliation.as_at),
        headline=headline,
        lead=wording.lead(reconciliation),
        pictures=pictures,
        picture_text=wording.text_of_picture(reconciliation),
        unreadable=unreadable,
        buckets=_buckets(reconciliation),
        extract={"rows": f"{extract.rows:,}", "pounds": wording.pounds(extract.pounds)},
        unexplained=_unexplained(reconciliation),
        follow_ups=[_follow_up(step, reconciliation.run_id) for step in reconciliation.follow_ups],
        left_out=list(_left_out(reconciliation)),
        closing="The run can be closed." if reconciliation.final else "",
        confirmations=[_confirmation(told) for told in reconciliation.confirmations],
        about=list(_about(reconciliation, about)),
        links=about.links,
    )


def _buckets(reconciliation: Reconciliation) -> list[dict[str, object]]:
    return [
        {
            "empty": not bucket.rows,
            "name": bucket.name.capitalize(),
            "meaning": wording.MEANINGS[bucket.name],
            "colour": COLOURS[bucket.name],
            "rows": f"{bucket.rows:,}",
            "pounds": wording.pounds(bucket.pounds),
        }
        for bucket in reconciliation.buckets
    ]


def _unexplained(reconciliation: Reconciliation) -> dict[str, object]:
    return {
        "count": f"{sum(part.items for part in reconciliation.unexplained):,}",
        "pounds": wording.pounds(reconciliation.unexplained_pounds),
        "parts": [
            f"{part.cause}: {wording.count_in_words(part.items, 'item', 'items')}, {wording.pounds(part.pounds)}"
            for part in reconciliation.unexplained
        ],
    }


def _follow_up(step: FollowUp, run_id: str) -> dict[str, object]:
    rows = step.row_numbers
    code = f", code {step.code}" if step.code else ""
    more = len(rows) - LISTED
    return {
        "title": f"{step.meaning}: {wording.count_in_words(len(rows), 'payment', 'payments')} {step.outcome}{code}",
        "next_step": step.next_step,
        # Line 1 of the extract is its header, and row numbers count from 0.
        "payments": [{"id": f"{run_id}/{row}", "line": f"{row + 2:,}"} for row in rows[:LISTED]],
        "more": f"And {more:,} more, all in to-follow-up.csv." if more > 0 else "",
    }


def _left_out(reconciliation: Reconciliation) -> Iterator[dict[str, str]]:
    for name, next_step in _LEFT_OUT.items():
        bucket = reconciliation.bucket(name)
        if bucket.rows:
            rows = wording.count_in_words(bucket.rows, "row", "rows")
            yield {"title": f"{rows} {name} before payment", "next_step": next_step}


_LEFT_OUT = {
    Outcome.HELD: "Somebody at the body decides about each: pay it in a later run, or leave it out for good.",
    Outcome.REFUSED: (
        "The body corrects them and sends them again as a correction or a supplementary extract. "
        "The file of refused rows says what is wrong with each."
    ),
}


def _confirmation(told: Confirmation) -> dict[str, str]:
    verdict, mood = _VERDICTS[told.agrees]
    expected = f"{wording.pounds(told.pounds)}, {wording.count_in_words(told.payments, 'payment', 'payments')}"
    counts = told.found_payments
    return {
        "source": told.source,
        "verdict": verdict,
        "mood": mood,
        "said": "Nothing yet" if told.found_pounds is None else wording.pounds(told.found_pounds),
        "payments": "" if counts is None else wording.count_in_words(counts, "payment", "payments"),
        "expected": "" if told.agrees else f"expected {expected}",
    }


_VERDICTS = {True: ("Agrees", "positive"), None: ("Not all heard yet", ""), False: ("Differs", "negative")}


def _about(reconciliation: Reconciliation, about: About) -> Iterator[dict[str, str]]:
    sent = reconciliation.sent
    facts = [("Run", reconciliation.run_id), ("As at", wording.moment(reconciliation.as_at))]
    if sent is not None:
        facts += [
            ("Payment file", about.file_name or "–"),
            ("Payment file's SHA-256", about.file_sha256 or "–"),
            ("Service user and serial", f"{sent.service_user_number}, {sent.serial}"),
            ("Rail", sent.rail.name),
            *((said, wording.day(getattr(sent, key))) for key, said in _DAYS.items() if key in sent.rail.days),
            ("Final after", wording.day(sent.final_on)),
        ]
    facts += [("Extract", about.extract_name), ("Extract's SHA-256", about.extract_sha256)]
    if about.beside[0]:
        entries, amount = count_rows(*about.beside)
        said = f"{wording.count_in_words(entries, 'entry', 'entries')}, {wording.pounds(amount)}, of no pay run"
        facts.append(("Also on its statements", said))
    return ({"name": name, "value": value} for name, value in facts)


_DAYS = {"processing_date": "Processing day", "entry_date": "Entry day (payees credited)"}
