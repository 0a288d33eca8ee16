"""The board and a period's plan as pages: what stands on them, in which order, for whom."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from lxml import html

from flows.service.board import draw_board
from flows.service.books import Books, read
from flows.service.period_plan import as_markdown, as_page, plan_of
from schemas.bank_days import LONDON
from schemas.period import Period
from tasks.advisories import record_look
from tasks.carried_data import InLedger, State, take_stock
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import RotateKeys
from tasks.tenant_context import TenantContext
from tests import boards, month, page_rules
from tests.people import ENROLLED
from tests.published_table import published_table

APPROVER = "first.approver@ilf.example"


@pytest.fixture(scope="module")
def ilf(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    return boards.context(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def drawn(ilf: TenantContext) -> html.HtmlElement:
    seen = boards.picture_of_all(ilf.calendar)
    return page_rules.check(draw_board(seen, [ilf], ilf.settings, APPROVER, boards.NOW), links="http://127.0.0.1:4200/")


def text_of(found: html.HtmlElement) -> str:
    """What a person reads of it; an address is whole, wherever a browser may break it."""
    return " ".join(" ".join(found.itertext()).split()).replace("@ ", "@")


def test_what_is_late_comes_first(drawn: html.HtmlElement) -> None:
    headings = [text_of(each) for each in drawn.iter("h2", "h3")]
    assert headings[:9] == [
        "To be done now",
        "ilf live, statement-0126.xml",
        "ilf-2026-12-live-2, arrears, input report of 25 January 2027",
        "ilf-2026-12-live-2, arrears, statement of 26 January 2027",
        "ilf 2026-12 live, extract",
        "ilf-2027-01-live-3, supplementary",
        "ilf-2027-01-live-1, month",
        "Awaited from people",
        "ilf-2027-01-live-2, supplementary",
    ]


def test_a_form_says_for_whom_until_when_how_much_and_where(drawn: html.HtmlElement) -> None:
    (form,) = [each for each in drawn.iter("section") if text_of(each).startswith("ilf-2027-01-live-1")]
    said = text_of(form)
    for expected in (
        "waits for approval until Wed 27 Jan 2027 15:00 (less than an hour is left)",
        "For the approver: first.approver@ilf.example, second.approver@ilf.example",
        "5,311 payments, £10,708,609.22, pay day Fri 29 Jan 2027",
    ):
        assert expected in said
    (link,) = form.iter("a")
    assert text_of(link) == "Open the form of ilf-2027-01-live-1, month"
    assert link.get("href") == f"http://127.0.0.1:4200/login?redirect=/runs/flow-run/{boards.FLOW}1"


def test_what_is_under_way_and_what_comes_next_stands_below(drawn: html.HtmlElement) -> None:
    rows = [text_of(each) for each in drawn.iter("tr")]
    assert any(row.startswith("ilf-2026-12-live-3 £11,600.95 12 payments 28 Jan 2027") for row in rows)
    assert not any(row.startswith("ilf-2026-12-live-2") for row in rows)  # its report and statement are overdue
    assert any(
        row.startswith("ilf 2026-12 Extract due: Wed 16 Dec 2026 17:00") and row.endswith("late") for row in rows
    )
    assert any(row.startswith("ilf 2027-01 Approve by: Wed 27 Jan 2027 15:00") and row.endswith("next") for row in rows)


def test_served_its_links_stay_where_the_reader_has_come(ilf: TenantContext) -> None:
    seen = boards.picture_of_all(ilf.calendar)
    served = draw_board(seen, [ilf], ilf.settings, APPROVER, boards.NOW, is_served=True)
    links = [each.get("href") for each in html.document_fromstring(served).find("body").iter("a")]
    assert f"/login?redirect=/runs/flow-run/{boards.FLOW}1" in links
    assert not any("//" in link for link in links)


def test_where_nothing_is_open_it_says_so(ilf: TenantContext) -> None:
    seen = replace(boards.picture_of_all(ilf.calendar), standings=(), set_aside=())
    shown = draw_board(seen, [ilf], ilf.settings, APPROVER, boards.NOW)
    assert "<h1>Nothing has to be done now</h1>" in shown


def test_what_keeps_people_from_knowing_or_approving_stands_on_it(ilf: TenantContext) -> None:
    """A board that nothing stands on says that all is well: so what nobody could be told of stands there."""
    nothing = replace(boards.picture_of_all(ilf.calendar), standings=(), set_aside=())
    books = Books(ilf, untold=("ilf: 1 notice could not be sent by email.",), unadopted="The agreement is not adopted.")
    shown = draw_board(replace(nothing, books=(books,)), [ilf], ilf.settings, APPROVER, boards.NOW)
    assert "<h1>1 thing to be done now</h1>" in shown
    assert all(said in shown for said in (*books.untold, books.unadopted))
    part = draw_board(nothing, [ilf], ilf.settings, APPROVER, boards.NOW, is_whole=False)
    assert "<h1>1 thing to be done now</h1>" in part and "A body of this machine cannot be looked into" in part


def test_a_form_that_nobody_can_answer_by_the_agreement_of_today_is_told(waiting_home: Path, tmp_path: Path) -> None:
    of = month.context(shutil.copytree(waiting_home, tmp_path / "home", symlinks=True))
    assert read(of, month.NOVEMBER).called_off == ()
    shutil.copytree(of.settings.contracts, tmp_path / "contracts")
    with (tmp_path / "contracts" / "ilf" / "agreement.yaml").open("a", encoding="utf-8") as agreement:
        agreement.write("# another line\n")
    changed = replace(of, settings=of.settings.model_copy(update={"contracts": tmp_path / "contracts"}))
    (said,) = read(changed, month.NOVEMBER).called_off
    assert said.startswith("ilf-2026-11-rehearsal-1: The agreement has changed since the gates judged this run")


def test_a_holiday_that_one_source_lacks_stands_on_it(ilf: TenantContext) -> None:
    """Scotland's 15 June 2026: ILF's office is there, so its deadlines hang on it, and no pay day."""
    may = datetime(2026, 5, 1, 9, tzinfo=LONDON)
    seen = replace(boards.picture_of_all(ilf.calendar), standings=())
    shown = text_of(html.document_fromstring(draw_board(seen, [ilf], ilf.settings, APPROVER, may)))
    assert "Monday 15 June 2026, Scotland" in shown and "none by govuk-bank-holidays" in shown
    assert "It moves no pay day, but deadlines of a body whose office is there" in shown


@pytest.mark.parametrize(
    ("today", "state"),
    [(date(2025, 12, 20), State.HOLDS), (date(2025, 12, 21), State.RENEW), (date(2027, 6, 24), State.LAPSED)],
)
def test_an_account_table_ages_by_the_agreement(tmp_path: Path, today: date, state: State) -> None:
    """Valid since 23 June 2025: a gate asks once it is older than 180 days, and stops once older than 730."""
    weights, _ = published_table(tmp_path / "table")
    os.utime(weights, (0, datetime(2025, 6, 23, 12, tzinfo=LONDON).timestamp()))
    context = boards.context(tmp_path)
    settings = context.settings.model_copy(update={"modulus_table": tmp_path / "table"})
    table, *_ = take_stock([context], settings, today).carried
    assert (table.since, table.lapses, table.state) == (date(2025, 6, 23), date(2027, 6, 24), state)


def test_keys_and_looks_at_advisories_stand_on_it_with_their_age(
    released_home: Path, tmp_path: Path, ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look holds for thirty days, for the very packages that were looked up; its words are of whoever looked."""
    of = month.context(shutil.copytree(released_home, tmp_path / "home", symlinks=True))
    looked = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # the day of London, in winter
    books = read(of, looked)
    assert (books.carried.keys_since, books.carried.look) == (ENROLLED.date(), None), "that is where its journal begins"
    record_look(of, "nothing", "operator@siller.example", looked)
    with of.ledger.transaction() as connection:
        audit_log.keep(connection, RotateKeys("operator@siller.example", "all", 3), looked)
    books = replace(read(of, looked), context=ilf)
    assert books.carried.keys_since == date(2026, 12, 1)

    def shown(day: date) -> str:
        now = datetime.combine(day, time(9), LONDON)
        seen = replace(boards.picture_of_all(ilf.calendar), standings=(), books=(books,))
        return text_of(html.document_fromstring(draw_board(seen, [ilf], ilf.settings, APPROVER, now)))

    assert "Keys of ilf since 1 Dec 2026, 29 days old" in shown(date(2026, 12, 30))
    packages = "Advisories on packages since 1 Dec 2026, 29 days old operator@siller.example looked. Again: "
    assert packages in shown(date(2026, 12, 30))
    assert "siller tenant advisories. holds lapses on 31 Dec 2026" in shown(date(2026, 12, 30))
    assert "siller tenant advisories. has lapsed lapses on 31 Dec 2026" in shown(date(2026, 12, 31))
    monkeypatch.setattr("tasks.carried_data.hash_lock", lambda: "another")
    assert "The packages have changed since the last look" in shown(date(2026, 12, 2))
    books = replace(books, carried=InLedger())
    assert "Nobody has recorded a look at them" in shown(date(2026, 12, 2))


def test_the_plan_of_a_period_as_a_page_and_for_prefect(ilf: TenantContext) -> None:
    standings = list(boards.picture_of_all(ilf.calendar).standings)
    plan = plan_of(ilf, Period.parsed("2027-01"), standings, boards.NOW)
    shown = page_rules.check(as_page(plan))
    rows = [text_of(each) for each in shown.iter("tr")]
    assert rows[1] == "Extract due Thu 21 Jan 2027 17:00 uploader: finance.officer@ilf.example done"
    assert rows[4].startswith("Approve by Wed 27 Jan 2027 15:00 approver: ") and rows[4].endswith("next")
    assert len(rows) == 11
    assert [line.count("|") for line in as_markdown(plan).splitlines()].count(5) == 12
