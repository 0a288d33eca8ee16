"""The reconciliation report: a page, two CSV files and a Parquet file from one ``Reconciliation``.

Payments appear by id and row number alone: no name, account, reference or single amount.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import polars as pl
from jinja2 import Template

from schemas.pay_run import Mode
from schemas.period import Period
from schemas.reconciliation.figures import FollowUp, Reconciliation, SentFile, Share, count_rows
from tasks.ledger.file_line import FILE_LINES, line_words
from tasks.lineage.same_payment import PAID_SINCE
from tasks.publish.pages import compiled, page
from tasks.reconcile import items, sections, wording
from tasks.reconcile.items import LEFT_OUT_ROWS
from tasks.reconcile.picture import COLOURS, NARROW, WIDE, data_uri, picture
from tasks.reconcile.sections import LISTED
from tasks.reconcile.tables import buckets_csv
from tasks.storage.atomic_write import write_atomic

TEMPLATE = Path(__file__).resolve().parent / "report.html.j2"


def template() -> Template:
    """What it is written by, compiled."""
    return compiled(TEMPLATE)


class Link(NamedTuple):
    """Another thing to read about the run; ``href`` is relative to the report's folder or an address."""

    text: str
    href: str


class Matter(NamedTuple):
    """Something that waits for two people: what is known, by when it must be settled, and what settles it."""

    said: str
    clock: str
    command: str


class Ahead(NamedTuple):
    """What comes next, and by when."""

    what: str
    when: date


class LastTime(NamedTuple):
    """The figures of the period before.

    Attributes:
        name: the period as people say it.
        run_id: its run.
        asked: rows that were asked for, and their sum.
        paid: payments that reached their payees.
        came_back: payments that came back.
        left_out: rows that were refused or held.
    """

    name: str
    run_id: str
    asked: Share
    paid: Share
    came_back: Share
    left_out: int


class PaidHere(NamedTuple):
    """Rows of an earlier run that this one pays: as ``paid_since`` gives them, and their ``file_lines``."""

    run_id: str
    rows: pl.DataFrame
    lines: pl.DataFrame


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
        matters: what waits for two people, the most urgent first.
        ahead: what comes next.
        last_time: the period before, if it was paid and is not erased.
        lines: see ``file_lines``: of every row that the page or the items name.
        left_out: ``row_number``, ``outcome`` and ``meaning`` of rows that are left out.
        since: as ``paid_since`` gives it.
        makes_good: rows of earlier runs that this one pays.
        reported: the runs of the period that have a report to link to.
        overpaid: what of it should not have been paid, and what became of that, by name; of none nothing.
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
    matters: tuple[Matter, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    last_time: LastTime | None = None
    lines: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=FILE_LINES))
    left_out: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=LEFT_OUT_ROWS))
    since: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=PAID_SINCE))
    makes_good: tuple[PaidHere, ...] = ()
    reported: frozenset[str] = frozenset()
    overpaid: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Written:
    """The files of one report."""

    page: Path
    buckets: Path
    follow_up: Path
    items: Path


def write_report(folder: Path, reconciliation: Reconciliation, about: About) -> Written:
    """Write the page and what stands beside it into the run's folder, replacing those of an earlier moment."""
    names = ("reconciliation.html", "reconciliation.csv", "to-follow-up.csv", "to-follow-up.parquet")
    written = Written(*(folder / name for name in names))
    found = items.items(reconciliation, about.left_out, about.lines, about.since)
    pictures = {
        "wide": data_uri(picture(reconciliation, WIDE)),
        "narrow": data_uri(picture(reconciliation, NARROW)),
    }
    write_atomic(written.page, report_page(reconciliation, about, pictures).encode())
    write_atomic(written.buckets, buckets_csv(reconciliation))
    write_atomic(written.follow_up, items.as_csv(found))
    write_atomic(written.items, items.as_parquet(found))
    return written


def report_page(reconciliation: Reconciliation, about: About, pictures: dict[str, str]) -> str:
    """The page; ``pictures`` holds the addresses of the ``wide`` and the ``narrow`` one."""
    service = f"{about.tenant_name}, {about.period.words} pay run"
    extract = reconciliation.extract
    words = line_words(about.lines)
    unreadable = (
        f"{wording.count_in_words(extract.unreadable_rows, 'refused row has', 'refused rows have')} "
        "no readable amount and so no width."
        if extract.unreadable_rows
        else ""
    )
    return page(
        TEMPLATE,
        title=f"{wording.sentence(reconciliation)}: {service}",
        service=service,
        rehearsal=about.mode is Mode.REHEARSAL,
        made=f"Made by siller from the ledger of run {reconciliation.run_id}.",
        as_at=wording.moment(reconciliation.as_at),
        headline=wording.headline(reconciliation),
        lead=wording.lead(reconciliation),
        pictures=pictures,
        picture_text=wording.text_of_picture(reconciliation),
        unreadable=unreadable,
        buckets=_buckets(reconciliation),
        extract={"rows": f"{extract.rows:,}", "pounds": wording.pounds(extract.pounds)},
        unexplained=_unexplained(reconciliation),
        matters=about.matters,
        ways=[sections.way(each) for each in reconciliation.ways],
        compared=sections.compared(reconciliation, about),
        follow_ups=[_follow_up(step, reconciliation.run_id, words) for step in reconciliation.follow_ups],
        left_out=list(_left_out(reconciliation)),
        paid_since=sections.paid_since(reconciliation, about, words),
        made_good=[sections.made_good(about, each) for each in about.makes_good],
        ahead=sections.ahead(about, reconciliation.as_at),
        closing=wording.closing(reconciliation),
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


def _follow_up(step: FollowUp, run_id: str, words: Mapping[int, str]) -> dict[str, object]:
    rows = step.row_numbers
    code = f", code {step.code}" if step.code else ""
    more = len(rows) - LISTED
    return {
        "title": f"{step.meaning}: {wording.count_in_words(len(rows), 'payment', 'payments')} {step.outcome}{code}",
        "next_step": step.next_step,
        "payments": [{"id": f"{run_id}/{row}", "line": words.get(row, "")} for row in rows[:LISTED]],
        "more": f"And {more:,} more, all in to-follow-up.csv." if more > 0 else "",
    }


def _left_out(reconciliation: Reconciliation) -> Iterator[dict[str, str]]:
    for name, next_step in items.LEFT_OUT.items():
        bucket = reconciliation.bucket(name)
        if bucket.rows:
            rows = wording.count_in_words(bucket.rows, "row", "rows")
            yield {"title": f"{rows} {name} before payment", "next_step": next_step}


def _about(reconciliation: Reconciliation, about: About) -> Iterator[dict[str, str]]:
    sent = reconciliation.sent
    facts = [("Run", reconciliation.run_id), ("As at", wording.moment(reconciliation.as_at))]
    if sent is not None:
        facts += [
            ("Payment file", about.file_name or "–"),
            ("Payment file's SHA-256", about.file_sha256 or "–"),
            ("Service user and serial", f"{sent.service_user_number}, {sent.serial}"),
            ("Rail", sent.rail.name),
            *((said, _days(sent, key)) for key, said in _DAYS.items() if key in sent.rail.days),
            ("Final after", wording.day(sent.final_on)),
        ]
    if vouchers := reconciliation.vouchers:
        facts += [
            ("File of vouchers", vouchers.name),
            ("Its SHA-256", vouchers.sha256),
            ("Vouchers can be cashed until", wording.day(vouchers.expires)),
        ]
    facts += [("Extract", about.extract_name), ("Extract's SHA-256", about.extract_sha256)]
    if about.beside[0]:
        entries, amount = count_rows(*about.beside)
        said = f"{wording.count_in_words(entries, 'entry', 'entries')}, {wording.pounds(amount)}, of no pay run"
        facts.append(("Also on its statements", said))
    facts += about.overpaid
    return ({"name": name, "value": value} for name, value in facts)


def _days(sent: SentFile, key: str) -> str:
    several = {"processing_date": sent.processing_days, "entry_date": sent.entry_days}[key]
    return " and ".join(wording.day(day) for day in sorted(several or {getattr(sent, key)}))


_DAYS = {"processing_date": "Processing day", "entry_date": "Entry day (payees credited)"}
