"""Gates that were let go with the same words period after period: what everybody says is not looked at any more."""

from collections import defaultdict
from dataclasses import dataclass

import duckdb

from schemas.gate_reasons import match_reasons
from schemas.period import Period
from schemas.stages import Stage
from tasks.assess.gates import referring
from tasks.ledger import runs
from tasks.ledger.runs import RunRow

PERIODS = 3
"""For so many periods running."""

MOST_CHARACTERS = 200
"""Of words that are shown again; what a person types may be of any length."""

_LET_GO = """
SELECT run_no, approval_no, any_value(reason), list({'gate': gate, 'figure': figure} ORDER BY gate)
FROM approval JOIN out_gate USING (run_no)
WHERE run_no IN (SELECT unnest(?)) AND approval.verdict IN ('approved', 'first') AND out_gate.verdict = 'refer'
GROUP BY run_no, approval_no
ORDER BY approval_no
"""


@dataclass(frozen=True)
class SaidAgain:
    """Words with which a gate was let go in each of the last periods.

    Attributes:
        words: as they were typed last, on one line and cut to a length.
        periods: in which, the earliest first.
    """

    words: str
    periods: tuple[Period, ...]


def find_repeated(connection: duckdb.DuckDBPyConnection, run: RunRow) -> dict[str, SaidAgain]:
    """Find, by a gate's name, the words with which it was let go in each of the last three periods.

    Args:
        connection: the tenant's open ledger.
        run: the run that is being assessed; only periods before its own count.
    """
    words: dict[str, dict[Period, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    period_of = {each.run_no: each.period for each in runs.done_before(connection, run, Stage.RELEASE_PENDING)}
    last = sorted(set(period_of.values()))[-PERIODS:]
    asked = [run_no for run_no, period in period_of.items() if period in last]
    for run_no, _, reason, gates in connection.execute(_LET_GO, [asked]).fetchall():
        gave = match_reasons(reason, referring((each["gate"], each["figure"]) for each in gates))
        for gate, why in gave.items():
            words[gate][period_of[run_no]][_alike(why)] = why
    found = {}
    for gate, by_period in words.items():
        same = set.intersection(*(set(said) for said in by_period.values()))
        if len(by_period) == PERIODS and same:
            latest = by_period[max(by_period)]
            shown = next(why for alike, why in reversed(latest.items()) if alike in same)
            found[gate] = SaidAgain(_on_one_line(shown), tuple(sorted(by_period)))
    return found


def _alike(words: str) -> str:
    """Bring words to the form in which two ways of typing them are the same."""
    return " ".join(words.split()).casefold().rstrip(" .!")


def _on_one_line(words: str) -> str:
    """Typed words as they may stand between quotation marks in a pack: no markdown and no control characters."""
    plain = "".join(sign if sign.isprintable() and sign not in "`*_<>[]|\\#" else " " for sign in words)
    return " ".join(plain.split())[:MOST_CHARACTERS]
