"""Assess: measure the run, let the gates judge it, and make the pack that the approver decides on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import duckdb

from schemas.bank_days import INPUT_CLOSES, LONDON
from schemas.contract.explain import fault
from schemas.no_go import NoGo
from tasks.assess.agreed import say_agreed
from tasks.assess.context import AccountTable, Context
from tasks.assess.facts import InstructedFile
from tasks.assess.gate import Gate, Thresholds
from tasks.assess.gates import gates
from tasks.assess.history import Then, as_kept, find_earlier, measure_gates
from tasks.assess.judging import DATA_DOCS, await_answers
from tasks.assess.measure import measure
from tasks.assess.metrics import Metrics
from tasks.assess.pack import Pack, pack
from tasks.assess.pack_page import pack_page
from tasks.assess.question import Question
from tasks.assess.same_words import SaidAgain, find_repeated
from tasks.assess.verdicts import UNJUDGED, GateResult, Verdict, worst
from tasks.authorised_payees.kept import find_list, say_by_another_list
from tasks.correction_file.carried import list_carried_into
from tasks.instruct import stage as instruct_stage
from tasks.instruct.written_text import WrittenText
from tasks.ledger import entry_of, record, runs, sha256_of, standing
from tasks.ledger.catalogue.stages import Assess, Ingest, Instruct, Validate
from tasks.ledger.file_days import days_of
from tasks.ledger.rows import FileDayRow, GateRow, PackRow, insert
from tasks.lessons.lessons import list_lessons
from tasks.rails import Dates, rail_of
from tasks.storage.custody import Sealed, seal, still_sealed
from tasks.tenant_context import TenantContext
from tasks.validate import stage as validate_stage
from tasks.validate.changed import Changed, count_changes


@dataclass(frozen=True)
class Assessed:
    """What assessing comes to.

    Attributes:
        figures: what the journal has of it.
        pack: as it is shown to the approver.
    """

    figures: Assess
    pack: str


def assess(context: TenantContext, run_id: str, now: datetime) -> Assessed:
    """Judge a run whose payment file is written, and keep gates and pack in the ledger.

    Raises:
        NoGo: a gate says no-go; the message names it, what was found and why. If the judge failed on them twice,
            nothing is kept and the run can be started again.
        NotJudged: no judge answered. Nothing is kept.
    """
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        ingested = entry_of(connection, run_id, Ingest)
        validated = entry_of(connection, run_id, Validate)
        instructed = entry_of(connection, run_id, Instruct)
        # The agreement whose hash is kept here is the one that is approved: rows and file are to be by it too.
        validate_stage.check_stands(context, connection, run_id, now)
        instruct_stage.check_stands(context, connection, run)
        if said := say_by_another_list(connection, context, run):
            raise NoGo(f"{said} Nothing was released.")
        done = (sorted(each.as_kept().items()) for each in (ingested, validated, instructed))
        input_hash = sha256_of(context.agreement_sha256, *done)
        entry = standing(connection, run_id, Assess, input_hash)
        if entry is None:
            days = days_of(connection, run_id)
            sealed = all(
                still_sealed(context.paths, context.tenant, each.extract_sha256)
                for each in runs.with_joined(connection, run)
            )
            dates = [*map(Dates.kept, days)]
            told = gather_context(context, ingested, validated, dates, sealed, now)
            agreed = say_agreed(context, dates, instructed.all_pence)
            told = replace(told, agreed=agreed, checks_payees=context.agreement.payee_checks is not None)
            if context.agreement.authorised_payees:
                told = replace(told, authorised=find_list(connection, context))
            metrics = measure(connection, run, told, context.agreement.accounts)
            earlier = find_earlier(connection, run) if run.kind.pays_everybody else ()
            lessons = tuple(str(each) for each in list_lessons(connection) if each.is_open)
            carried = list_carried_into(connection, run.period, now.date(), context.agreement.accounts)
            metrics = replace(metrics, history=earlier, lessons=lessons, carried=tuple(carried))
            references = _references(connection, metrics)
            text = WrittenText.kept(connection, run.run_no, instructed)
            made = count_changes(connection, context, run) if context.contract.keeps_as_sent else ()
            file = _instructed(context, run_id, instructed, days, text, made)
            again = find_repeated(connection, run)
        else:
            assessed = Assessed(entry.figures, pack_of(connection, run_id))
    if entry is None:
        assessed = _kept_judgement(context, metrics, file, references, again, input_hash, now)
    if assessed.figures.verdict == Verdict.NO_GO:
        raise NoGo(f"{run_id} is a no-go, and nothing was released. {assessed.figures.no_goes}")
    return assessed


def gather_context(
    context: TenantContext,
    ingested: Ingest,
    validated: Validate,
    days: Sequence[Dates],
    hash_matches: bool,
    now: datetime,
) -> Context:
    """What the gates look at beside the ledger's tables.

    Args:
        context: the tenant's.
        ingested: what came in.
        validated: how it was judged.
        days: on which the payment file pays; what must be done in time is asked of the first one.
        hash_matches: whether the extract's bytes still have the SHA-256 that its manifest declares.
        now: the moment.
    """
    works_on = rail_of(context.agreement).works_on
    practice = validated.account_table == "practice"
    return Context(
        found_total=ingested.total,
        hash_matches=hash_matches,
        account_table=AccountTable.PRACTICE if practice else AccountTable.FULL,
        account_table_age_days=0 if practice else max(0, (now.date() - validated.account_table_date).days),
        now=now.astimezone(LONDON),
        latest_input=datetime.combine(min(each.input_day for each in days), INPUT_CLOSES, LONDON),
        processing_date=min(each.processing_date for each in days),
        processing_is_a_bank_day=all(works_on(each.processing_date, context.bank_days) for each in days),
        rail=context.agreement.terms,
        dropped_columns=ingested.dropped_columns,
    )


def thresholds(context: TenantContext) -> Thresholds:
    """The agreement's thresholds by the name of their gate."""
    return {name: threshold.bounds for name, threshold in context.agreement.gates}


def gates_folder(context: TenantContext, run_id: str) -> Path:
    """Where the gates' question, answer and Data Docs stand."""
    return context.paths.reports(run_id) / "gates"


def pack_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """The pack of a run, as it is shown to its approver.

    Raises:
        NoGo: there is none yet.
    """
    row = connection.execute(
        "SELECT markdown FROM out_pack JOIN run USING (run_no) WHERE run_id = ?", [run_id]
    ).fetchone()
    if row is None:
        raise NoGo(f"{run_id} has not been assessed yet.")
    return str(row[0])


def judge(
    home: Path, run_id: str, folder: Path, asked: tuple[Gate, ...], figures: Mapping[str, int | float | None]
) -> list[GateResult]:
    """Have the gates of a run judged.

    Args:
        home: ``SILLER_HOME``.
        run_id: the run.
        folder: where the gates' question, answer and Data Docs go.
        asked: the gates.
        figures: what they look at.

    Raises:
        NoGo: the judge failed on them twice, or what it says is not what arithmetic says.
        NotJudged: no judge answered.
    """
    results = await_answers(home, Question(run_id, asked, figures, str((folder / DATA_DOCS).absolute())), folder)
    unjudged = [result for result in results if result.explanation.startswith(UNJUDGED)]
    if unjudged:
        raise NoGo(f"{unjudged[0].explanation} Nothing was released.")
    return results


def no_go_sentences(results: list[GateResult]) -> str:
    """What each gate found that says no-go, as sentences; empty if none does."""
    return " ".join(_sentence(result) for result in results if result.verdict is Verdict.NO_GO)


def _instructed(
    context: TenantContext,
    run_id: str,
    instructed: Instruct,
    days: Sequence[FileDayRow],
    text: WrittenText,
    made: Sequence[Changed],
) -> InstructedFile:
    return InstructedFile(
        sha256=instructed.all_sha256,
        payments=instructed.all_payments,
        pence=instructed.all_pence,
        vouchers=instructed.vouchers or 0,
        voucher_pence=instructed.voucher_pence or 0,
        hashes=tuple(instructed.files.values()),
        entry_dates=tuple(day.entry_date for day in days),
        text=text,
        text_listed_in=str(context.paths.written_otherwise(run_id).relative_to(context.settings.home)),
        debits=instructed.balanced,
        changed=tuple(made),
        changed_listed_in=str(context.paths.changed(run_id).relative_to(context.settings.home)),
    )


def _kept_judgement(
    context: TenantContext,
    metrics: Metrics,
    file: InstructedFile,
    references: Mapping[int, str],
    again: Mapping[str, SaidAgain],
    input_hash: str,
    now: datetime,
) -> Assessed:
    run = metrics.run
    asked = gates(metrics, thresholds(context))
    results = judge(context.settings.home, run.run_id, gates_folder(context, run.run_id), asked, metrics.figures())
    measured = measure_gates(asked, metrics.figures())
    metrics = replace(metrics, history=(*metrics.history, Then(run.period, file.payments, file.pence, measured)))
    name, in_words = context.agreement.name, partial(fault, context.contract)
    shown = pack(name, in_words, metrics, results, file, again)
    page = pack_page(name, in_words, metrics, results, file, references).encode()
    figures = Assess(
        verdict=str(worst(results)),
        refers=sum(result.verdict is Verdict.REFER for result in results),
        no_goes=no_go_sentences(results),
        pack_sha256=shown.sha256,
        file_sha256=file.sha256,
        agreement_sha256=context.agreement_sha256,
        page_sha256=hashlib.sha256(page).hexdigest(),
        measured=as_kept(measured),
        authorised_sha256=metrics.context.authorised.sha256 if metrics.context.authorised else None,
    )
    with context.ledger.transaction() as connection:
        _keep(connection, run.run_no, results, shown)
        seal(Sealed.PACK, BytesIO(page), f"of {run.run_id}", context.paths, context.tenant, str(figures.page_sha256))
        record(connection, run.run_no, run.run_id, figures, input_hash, now)
    return Assessed(figures, shown.markdown)


def _references(connection: duckdb.DuckDBPyConnection, metrics: Metrics) -> dict[int, str]:
    """The payees' references of the rows with the biggest changes."""
    changes = metrics.previous.changes if metrics.previous else ()
    if not changes:
        return {}
    rows = ", ".join(str(change.row_number) for change in changes)  # as literals: then few parts are read
    query = f"SELECT row_number, payee_reference FROM raw_extract_row WHERE run_no = ? AND row_number IN ({rows})"
    return dict(connection.execute(query, [metrics.run.run_no]).fetchall())


def _keep(connection: duckdb.DuckDBPyConnection, run_no: int, results: list[GateResult], shown: Pack) -> None:
    gates = (
        GateRow(run_no, each.gate, str(each.kind), str(each.verdict), each.figure, each.threshold, each.explanation)
        for each in results
    )
    insert(connection, *gates)
    insert(connection, PackRow(run_no, shown.markdown, shown.sha256))


def _sentence(gate: GateResult) -> str:
    return f"The gate “{gate.short}” found {gate.figure} (asked for: {gate.threshold}). {gate.explanation}"
