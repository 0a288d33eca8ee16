"""What is done to each row of an extract, a step at a time, as :mod:`tests.benchmarks.pieces` has the run's stages.

Every step works on the extract that ``generate`` made; what it needs of the steps before it is laid out before its
time counts.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from tests.benchmarks.workspace import Workspace

if TYPE_CHECKING:
    from schemas.contract.contract import Contract

Act = Callable[[], object]


def read_rows(workspace: Workspace) -> Act:
    """The extract as frames of text, hashed on the way."""
    from schemas.contract.extract import read_extract

    contract = _contract(workspace)
    return lambda: sum(rows.height for rows in read_extract(workspace.extract, contract))


def find_plain_rows(workspace: Workspace) -> Act:
    """The plain test, and the numbers that it and the next steps want."""
    from schemas.account.modulus import numbers_of_accounts
    from schemas.money import pence
    from tests.benchmarks.extract import DUE

    frames = _rows(workspace)
    is_plain = _contract(workspace).is_plain(DUE)
    wanted = {"is_plain": is_plain, "amount_pence": pence("amount"), **numbers_of_accounts()}
    return lambda: [rows.lazy().select(**wanted).collect() for rows in frames]


def hold_against_rules(workspace: Workspace) -> Act:
    """Every row against every rule by Pandera, as if no row were plain."""
    from schemas.contract.frame_schema import pandera_schema, refusals
    from tests.benchmarks.extract import DUE

    frames, schema = _rows(workspace), pandera_schema(_contract(workspace), DUE)
    return lambda: [refusals(rows, schema) for rows in frames]


def answer_accounts(workspace: Workspace) -> Act:
    """The account check, of numbers that have been read."""
    from schemas.account.modulus import answers_of_numbers, numbers_of_accounts
    from schemas.account.table import ModulusTable

    table = ModulusTable.load(workspace.contracts / "practice_modulus")
    frames = [rows.select(**numbers_of_accounts()) for rows in _rows(workspace)]
    return lambda: [answers_of_numbers(rows, table) for rows in frames]


def write_texts(workspace: Workspace) -> Act:
    """Names and references by the written table."""
    from schemas.rails.bacs_standard_18 import payment

    frames = _rows(workspace)
    return lambda: [rows.select(payment.texts()) for rows in frames]


def tally_texts(workspace: Workspace) -> Act:
    """What is written otherwise than sent, counted."""
    from schemas.rails.bacs_standard_18 import payment
    from schemas.rails.files import portions
    from schemas.rails.tally import Tally

    pairs = [(rows, rows.select(payment.texts())) for rows in portions(_rows(workspace))]
    tally = Tally()
    return lambda: [tally.changes(rows, written) for rows, written in pairs]


def judge_rows(workspace: Workspace) -> Act:
    """All that validate does to rows before it asks the ledger."""
    from schemas.account.table import ModulusTable
    from schemas.agreement import Agreement
    from tasks.validate.judging import Judge
    from tests.benchmarks.extract import DUE

    frames, contract = _rows(workspace), _contract(workspace)
    table = ModulusTable.load(workspace.contracts / "practice_modulus")
    agreement = Agreement.load(workspace.contracts / "ilf" / "agreement.yaml")
    return lambda: list(map(Judge(contract, table, DUE, agreement), frames))


def _contract(workspace: Workspace) -> "Contract":
    from schemas.contract.contract import Contract

    return Contract.load(workspace.contracts / "ilf" / "extract.odcs.yaml")


def _rows(workspace: Workspace) -> list[pl.DataFrame]:
    from schemas.contract.extract import read_extract

    return list(read_extract(workspace.extract, _contract(workspace)))


PIECES = {
    piece.__name__: piece
    for piece in (
        read_rows,
        find_plain_rows,
        hold_against_rules,
        answer_accounts,
        write_texts,
        tally_texts,
        judge_rows,
    )
}
