"""What the last periods came to: their money, and the number that each gate found, so that a trend is seen.

A gate's number stands in the journal's entry of the run's assessment, with the bounds that it was held against.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

import duckdb

from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Stage
from tasks.assess.gate import Gate, Limit, Number
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Assess
from tasks.ledger.file_days import define_file_days
from tasks.ledger.runs import RunRow

PERIODS = 12
"""So many are shown, that of the run among them."""

_MONEY = """
SELECT sum(file.payments)::BIGINT, sum(file.pence)::BIGINT
FROM run_file AS file WHERE run_no IN (SELECT unnest(?))
"""


@dataclass(frozen=True)
class Measured:
    """What a gate found, as a number.

    Attributes:
        figure: the name of the figure that it looks at; of several the first.
        number: the figure; None if it could not be had.
        refer_above: above this it refers; None if it never does.
        no_go_above: above this it says no-go; likewise.
    """

    figure: str
    number: Number | None
    refer_above: Number | None = None
    no_go_above: Number | None = None


@dataclass(frozen=True)
class Then:
    """What one period came to.

    Attributes:
        period: the period.
        payments: in all payment files of the period.
        pence: their sum.
        measured: what each gate found of its first run; empty for a run of a siller that did not keep numbers.
    """

    period: Period
    payments: int
    pence: int
    measured: Mapping[str, Measured] = field(default_factory=dict)


def measure_gates(gates: Iterable[Gate], figures: Mapping[str, Number | None]) -> dict[str, Measured]:
    """Say what each gate found as a number, by its name."""
    found = {}
    for gate in gates:
        figure = gate.bounds[0].figure
        most = {bound.limit: bound.most for bound in gate.bounds if bound.figure == figure}
        found[gate.name] = Measured(figure, figures.get(figure), most.get(Limit.REFER), most.get(Limit.NO_GO))
    return found


def as_kept(measured: Mapping[str, Measured]) -> str:
    """The numbers as the journal's entry has them."""
    return json.dumps({gate: asdict(each) for gate, each in measured.items()}, sort_keys=True)


def find_earlier(connection: duckdb.DuckDBPyConnection, run: RunRow) -> tuple[Then, ...]:
    """What the periods before a run's own came to, those of the same rhythm and kind of payment, the earliest first."""
    define_file_days(connection)
    by_period: dict[Period, list[RunRow]] = {}
    for each in runs.done_before(connection, run, Stage.RELEASE):
        by_period.setdefault(each.period, []).append(each)
    return tuple(_then(connection, period, by_period[period]) for period in sorted(by_period)[1 - PERIODS :])


def _then(connection: duckdb.DuckDBPyConnection, period: Period, of_it: list[RunRow]) -> Then:
    money = connection.execute(_MONEY, [[each.run_no for each in of_it]]).fetchone()
    assert money is not None
    payments, pence = money
    return Then(period, payments or 0, pence or 0, _measured(connection, of_it[0].run_id))


def _measured(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Measured]:
    try:
        kept = json.loads(entry_of(connection, run_id, Assess).measured or "{}")
        return {gate: Measured(**each) for gate, each in kept.items()}
    except (NoGo, TypeError, ValueError):  # a trend is a help: what somebody changed is for siller verify to tell
        return {}
