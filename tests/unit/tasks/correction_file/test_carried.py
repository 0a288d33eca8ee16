"""What paid nobody in a period stands on the pack of the next one, until it is paid.

Of November's payments of £2,981.60, £1,900.00 and £1,050.00 the first and the last came back, and a fourth row of
£2,981.60 was refused: three payments, £7,013.20, are carried into December.
"""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.assess.stage import pack_of
from tasks.correction_file.carried import Carried, list_carried_into
from tasks.tenant_context import TenantContext
from tests.month import ROWS, context, deliver
from tests.unit.tasks.approve.test_decision import to_the_form

DECEMBER = datetime(2026, 12, 10, 9, 30, tzinfo=LONDON)
NEXT = "ilf-2026-12-rehearsal-1"


def carried(of: TenantContext, period: str = "2026-12") -> list[Carried]:
    with of.ledger.opened() as connection:
        return list_carried_into(connection, Period.parsed(period), DECEMBER.date(), of.agreement.accounts)


def test_it_stands_on_the_next_pack_until_it_is_paid(ilf: TenantContext) -> None:
    (found,) = carried(ilf)
    assert (found.periods_back, found.items, f"{found.pounds:.2f}") == (1, 3, "7013.20")
    assert found.oldest == date(2026, 11, 30)
    assert carried(ilf, "2026-11") == []  # what a period itself still owes is not carried into it

    deliver(ilf, [ROWS[1].replace("30/11/2026", "24/12/2026")], pay_period="2026-12", pay_date="2026-12-24")
    with pytest.raises(NoGo, match="change in total"):  # one payment for three: its pack is kept all the same
        to_the_form(ilf, "flow-2", DECEMBER)
    with ilf.ledger.opened() as connection:
        pack = pack_of(connection, NEXT)
    assert "### Carried forward" in pack
    assert "- November 2026: 3 payments, £7,013.20, due since 30 November 2026\n" in pack
    assert "ILF1000" not in pack  # no payee's reference

    # Paid through the portal, the two that came back and the refused one are carried no further.
    with ilf.ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO paid_elsewhere BY NAME SELECT 1 AS paid_elsewhere_no, 'a' AS file_sha256, 'b' AS "
            "evidence_sha256, 'c' AS recorded_by, 'd' AS approved_by, 2 AS payments, 200 AS pence, $at AS recorded_at",
            {"at": DECEMBER},
        )
        for line, row in enumerate((ROWS[0], ROWS[2]), start=2):
            connection.execute(
                "INSERT INTO core_paid_elsewhere BY NAME SELECT 1 AS paid_elsewhere_no, $line AS line, $ref AS "
                "payee_reference, '1' AS occurrence, '2026-11' AS pay_period, 'full' AS kind, '107999' AS sort_code, "
                "'88837491' AS account_number, '' AS roll_number, 100 AS amount_pence, DATE '2026-12-01' AS paid_on",
                {"line": line, "ref": row.split(",")[0]},
            )
    (left,) = carried(ilf)
    assert (left.items, f"{left.pounds:.2f}") == (1, "2981.60")


def test_of_a_period_in_which_nothing_can_be_owed_no_row_is_read(
    released_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = context(shutil.copytree(released_home, tmp_path / "home", symlinks=True))
    monkeypatch.setattr("tasks.correction_file.carried.find_owed", lambda *_: pytest.fail("its rows were read"))
    assert carried(of) == []
