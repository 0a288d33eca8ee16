"""Two payments that nothing tells apart, and one of them comes back: two people say which, and free that one."""

import shutil
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.reconciliation.figures import Outcome
from tasks.exceptions.decisions import Decision
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests.bank_messages import advice, credit, debit, statement, taken_in
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    AFTER,
    OPERATOR,
    OWNER,
    RUN,
    enrol,
    is_whole,
    settled,
    states,
    waiting,
)

ALIKE = ROWS[1].replace(ROWS[1].split(",")[0], "ILF999999")
SUM = "6,781.60"
STATEMENT = statement([debit(pounds=SUM.replace(",", "")), credit()])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released run of three payments, of which rows 1 and 2 go to one account with one reference and amount."""
    of = context(tmp_path_factory.mktemp("alike"))
    deliver(of, (ROWS[0], ROWS[1], ALIKE))
    assert assessed(of) == RUN
    approve(of, RUN, control_total=SUM)
    release(of, RUN, NOVEMBER)
    enrol(of, OPERATOR, OWNER)
    return of.settings.home


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    of = context(shutil.copytree(home, tmp_path / "home"))
    assert states(of) == {"released": 3}
    return of


def bank_sends(of: TenantContext, **files: str) -> None:
    folder = of.paths.bank_inbox(of.tenant)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.xml").write_text(text)
    assert taken_in(of, AFTER)[1] == []
    shutil.rmtree(folder)


def test_the_list_names_the_payments_that_it_may_be(ilf: TenantContext) -> None:
    bank_sends(ilf, statement=STATEMENT)
    [each] = waiting(ilf)
    assert (each.kind, each.choices) == ("unmatched", ("dismiss",))
    assert "row 1 (line 3), 2 (line 4)." in each.said
    assert f"settle that one as not_paid, such as {RUN}/1:" in each.said
    assert states(ilf) == {"credited": 3}


@pytest.mark.parametrize("row", [1, 2])
def test_the_one_that_people_name_is_free_and_the_finding_is_settled(ilf: TenantContext, row: int) -> None:
    bank_sends(ilf, statement=STATEMENT)
    assert settled(ilf, f"{RUN}/{row}", Decision.NOT_PAID) == 1
    assert states(ilf) == {"credited": 2, "free: returned": 1}
    assert waiting(ilf) == []
    assert is_whole(ilf)
    found = as_at(ilf, RUN, AFTER)
    assert (found.bucket(Outcome.RETURNED).rows, found.unexplained_pounds) == (1, 0)
    with pytest.raises(NoGo, match="waits for two people"):
        settled(ilf, f"{RUN}/{3 - row}", Decision.NOT_PAID)


@pytest.mark.parametrize("named", one_in(3, [f"{RUN}/0", RUN, f"{RUN}/credited"]))
def test_nothing_else_is_freed_by_it(ilf: TenantContext, named: str) -> None:
    bank_sends(ilf, statement=STATEMENT)
    with pytest.raises(NoGo, match="waits for two people"):
        settled(ilf, named, Decision.NOT_PAID)
    with pytest.raises(NoGo, match="waits for two people"):
        settled(ilf, f"{RUN}/1", Decision.PAID)
    assert states(ilf) == {"credited": 3}


def test_advice_and_credit_of_one_coming_back_free_one_by_one_act(ilf: TenantContext) -> None:
    bank_sends(ilf, statement=STATEMENT, advice=advice())
    assert [each.kind for each in waiting(ilf)] == ["unmatched", "unmatched"]
    settled(ilf, f"{RUN}/2", Decision.NOT_PAID)
    assert waiting(ilf) == []
    assert states(ilf) == {"credited": 2, "free: returned": 1}
    assert is_whole(ilf)


def test_a_credit_after_its_advice_is_of_the_payment_that_was_named(ilf: TenantContext) -> None:
    bank_sends(ilf, advice=advice())
    settled(ilf, f"{RUN}/2", Decision.NOT_PAID)
    bank_sends(ilf, statement=STATEMENT)
    [each] = waiting(ilf)
    assert "row 2 (line 4)." in each.said and "row 1" not in each.said
    with pytest.raises(NoGo, match="waits for two people"):
        settled(ilf, f"{RUN}/1", Decision.NOT_PAID)
    settled(ilf, f"{RUN}/2", Decision.NOT_PAID)
    assert waiting(ilf) == []
    assert states(ilf) == {"credited": 2, "free: returned": 1}
    assert is_whole(ilf)
