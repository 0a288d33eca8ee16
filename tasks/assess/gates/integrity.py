"""Whether a run is what it claims to be; nobody can override these gates."""

from collections.abc import Iterator

from tasks.assess.context import AccountTable
from tasks.assess.gate import Bound, Gate, Kind, Limit
from tasks.assess.metrics import Metrics

MOST_DAYS_AHEAD = 31
"""How far ahead banks take the date of a payment file."""

_ACCOUNT_TABLE = {
    AccountTable.FULL: "the full table",
    AccountTable.PRACTICE: "the practice table, which knows few banks",
    AccountTable.NONE: "no table: accounts were not checked",
}


def integrity(metrics: Metrics) -> Iterator[Gate]:
    """The integrity gates of a run."""

    def gate(name: str, figure: str, threshold: str, why: str, *bounds: Bound) -> Gate:
        return Gate(name, Kind.INTEGRITY, bounds, figure, threshold, why)

    context = metrics.context
    yield gate(
        "extract_hash_matches",
        "the file that the manifest names" if context.hash_matches else "another file than the manifest names",
        "the SHA-256 of the manifest",
        "What is paid must be what the body sent, byte by byte. Otherwise send the extract and its manifest again.",
        _at_least("extract_hash_matches", 1),
    )
    yield gate(
        "declared_rows_match",
        f"{metrics.found_rows:,} rows found, {metrics.run.declared_rows:,} declared",
        "no difference",
        "A row more or less was lost or added on the way. Send the extract and its manifest again.",
        Bound(Limit.NO_GO, "rows_difference", 0, 0),
    )
    difference = abs(context.found_total - metrics.run.declared_total)
    yield gate(
        "declared_total_matches",
        f"a difference of £{difference:,.2f}" if difference else "no difference",
        "no difference",
        "The amounts must add up to what the body declared. Find the difference and send both files again.",
        _at_least("declared_total_matches", 1),
    )
    yield gate(
        "account_table_is_current",
        _ACCOUNT_TABLE[context.account_table],
        "the full table" if metrics.is_live else "the full table, or in a rehearsal the practice table",
        "A mistyped account is only caught by the bank industry's table. Install it: siller modulus-table install.",
        _at_least("account_table", AccountTable.FULL if metrics.is_live else AccountTable.PRACTICE),
    )
    yield gate(
        "processing_date_is_possible",
        f"processed on {context.processing_date:%-d %B %Y}, to be sent by {context.latest_input:%H:%M on %-d %B}, "
        f"assessed at {context.now:%H:%M on %-d %B}",
        f"a day of {context.rail.service}, still to be reached, at most {MOST_DAYS_AHEAD} days ahead",
        "An impossible date may be moved to the current day (by Bacs), and money leaves early. Agree another pay day.",
        _at_least("seconds_to_input", 0),
        Bound(Limit.NO_GO, "days_to_processing", None, MOST_DAYS_AHEAD),
        _at_least("processing_is_a_bank_day", 1),
    )
    yield gate(
        "something_is_payable",
        f"{metrics.payable_payments:,} payments",
        "at least 1",
        "There is nothing to pay: see what was refused and held, and send a corrected extract.",
        _at_least("payable_payments", 1),
    )


def _at_least(figure: str, least: int) -> Bound:
    return Bound(Limit.NO_GO, figure, least)
