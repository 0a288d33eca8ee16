"""Postings of a run: what it moved and was not posted yet, made once, sealed, and given out again as it was.

Nothing that was given out is ever changed: what the bank says afterwards makes further postings, with a number of
their own, and all of them together come to what stands.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import duckdb
import pyrage

from schemas.bank_days import LONDON
from schemas.contract.contract import PAYING_ACCOUNT
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.postings.agreed import Postings
from schemas.postings.lines import Heading, lines_as_csv, make_lines, total_of
from schemas.postings.movements import Key, Moved, Part, Sums, list_unposted, sum_up
from schemas.postings.workbook import fill_in
from tasks.adoption.adopted import say_unadopted
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.posting import Posted
from tasks.ledger.journal import list_events
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import RunRow
from tasks.postings.template import read_template
from tasks.storage.atomic_write import write_atomic
from tasks.storage.custody import Sealed, identities, seal, still_sealed
from tasks.tenant_context import TenantContext

_MOVED = Path(__file__).with_name("moved.sql").read_text()
_LEAVES_FROM = """
CREATE OR REPLACE TEMP TABLE leaves_from AS
SELECT row_number, {word} AS pays FROM raw_extract_row WHERE run_no = $run_no
"""


@dataclass(frozen=True)
class Given:
    """Postings that were given out.

    Attributes:
        number: which of the run's, from 1.
        entry: what the journal holds of them.
        path: where the file stands.
        is_new: whether they were made just now.
    """

    number: int
    entry: Posted
    path: Path
    is_new: bool

    @property
    def sums(self) -> Sums:
        """What moved by them."""
        return _sums(self.entry)


def post(context: TenantContext, run_id: str, by: str, now: datetime) -> list[Given]:
    """Make the postings of a run that are due, and give out all that were ever made, the earliest first.

    Args:
        context: the tenant's.
        run_id: the run.
        by: who asks, and has proved who they are.
        now: when; what is paid later is not posted yet.

    Raises:
        NoGo: no codes are agreed, or the body has not adopted them; nothing of the run has moved yet; its template does
            not fit; or what was given out before is not what was sealed.
    """
    agreed = context.agreement.postings
    if agreed is None:
        raise NoGo(
            f"The agreement with {context.tenant} has no codes of its books: postings, in agreement.yaml. Nothing was "
            "posted."
        )
    workbook = read_template(context, agreed.template) if agreed.template else b""
    with context.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        earlier = _earlier(connection, run_id)
        stands = _moved(connection, context, run, now)
        parts = list(list_unposted(stands, sum_up([_sums(each) for each in earlier]), now.astimezone(LONDON).date()))
        if parts and (said := say_unadopted(connection, context)):
            raise NoGo(f"{said} Nothing was posted.")
        for number, part in enumerate(parts, start=len(earlier) + 1):
            _keep(connection, context, (run, number, by), part, (agreed, workbook), now)
        given = _earlier(connection, run_id)
    if not given:
        raise NoGo(
            f"Nothing of {run_id} is to be posted: its pay day has not come, or nothing of it was released, or what "
            "was released was never sent."
        )
    return [
        Given(number, each, _put_beside(context, run_id, each), is_new=number > len(earlier))
        for number, each in enumerate(given, start=1)
    ]


def _earlier(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Posted]:
    return [each for of, each, _ in list_events(connection, Posted) if of == run_id]


def _sums(posted: Posted) -> dict[Key, Moved]:
    return {
        Key(movement, pays, day): Moved(payments, pence)
        for movement, pays, day, payments, pence in json.loads(posted.sums)
    }


def _moved(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, now: datetime) -> Sums:
    """What of a run has moved so far."""
    define_payment_state(connection)
    word = f"coalesce({PAYING_ACCOUNT}, '')" if context.agreement.further_accounts else "''"
    connection.execute(_LEAVES_FROM.format(word=word), {"run_no": run.run_no})
    found = connection.execute(_MOVED, {"run_no": run.run_no, "as_at": now.astimezone(LONDON).date()}).fetchall()
    return {Key(movement, pays, day): Moved(payments, pence) for movement, pays, day, payments, pence in found}


def _keep(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    which: tuple[RunRow, int, str],
    part: Part,
    books: tuple[Postings, bytes],
    now: datetime,
) -> None:
    """Make and seal what is posted together, and record it, in the transaction that is open.

    Args:
        connection: the ledger.
        context: the tenant's.
        which: of which run, which of its postings, and who asks.
        part: what moved.
        books: the codes, and the body's workbook; empty where none is agreed.
        now: when.
    """
    (run, number, by), (agreed, workbook) = which, books
    lines = make_lines(agreed, part)
    heading = Heading(f"{run.run_id}/{number}", _describe(context, run), part.accounting_date)
    template = agreed.template
    content = fill_in(template, workbook, heading, lines) if template else lines_as_csv(heading, lines)
    sha256 = hashlib.sha256(content).hexdigest()
    seal(Sealed.POSTINGS, BytesIO(content), f"of {run.run_id}", context.paths, context.tenant, sha256)
    posted = Posted(
        by,
        f"gave out postings {number} of {run.run_id}, {pounds(total_of(lines))}",
        file_name=f"postings-{number}.{'xlsx' if template else 'csv'}",
        file_sha256=sha256,
        accounting_date=part.accounting_date,
        pence=total_of(lines),
        sums=json.dumps(list(_listed(part.sums))),
        agreement_sha256=context.agreement_sha256,
        template_sha256=template.sha256 if template else "",
    )
    audit_log.keep(connection, posted, now, (run.run_no, run.run_id))


def _listed(sums: Sums) -> Iterator[Sequence[str | int]]:
    for key, moved in sorted(sums.items()):
        yield key.movement, key.pays, key.day, moved.payments, moved.pence


def _describe(context: TenantContext, run: RunRow) -> str:
    said = f"{context.agreement.name}, {run.period.words} pay run"
    return f"REHEARSAL, not to be posted: {said}" if context.mode is Mode.REHEARSAL else said


def _put_beside(context: TenantContext, run_id: str, posted: Posted) -> Path:
    """Write what was sealed beside the run's report.

    Raises:
        NoGo: it is not what was sealed.
    """
    if not still_sealed(context.paths, context.tenant, posted.file_sha256):
        raise NoGo(
            f"{posted.file_name} of {run_id} is missing, or is not what was sealed. Ask the operator: siller verify."
        )
    sealed = context.paths.sealed(context.tenant, posted.file_sha256).read_bytes()
    path = context.paths.reports(run_id) / posted.file_name
    write_atomic(path, bytes(pyrage.decrypt(sealed, identities(context.paths, context.tenant))))
    return path
