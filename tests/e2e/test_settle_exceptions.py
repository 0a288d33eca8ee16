"""What the bank left open, settled by two people on Prefect's own page in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from flows.service import environment
from tasks.lessons.lessons import list_lessons
from tasks.tenant_context import TenantContext
from tests.e2e.browser import browsing, opened, pack_can_be_read, submit, visit
from tests.month import context, released
from tests.people import code_now
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    AFTER,
    OPERATOR,
    OWNER,
    REJECTED,
    RUN,
    bank_says,
    enrol,
    is_whole,
    states,
)

pytestmark = pytest.mark.e2e

TITLE = "what waits for two people"


@pytest.fixture(scope="module")
def disputed(stack) -> TenantContext:
    """A month that was accepted, and then rejected as a duplicate, in the home that is served."""
    of = context(stack.home)
    assert released(of) == RUN
    enrol(of, OPERATOR, OWNER)
    bank_says(of, ACCEPTED)
    bank_says(of, REJECTED, message="pain002")
    return of


def chosen(page: Page, form: Locator, *choices: str) -> None:
    """Choose from each list of the form; it opens by its arrow alone."""
    for arrow, choice in zip(form.locator(".p-select-button__icon").all(), choices, strict=True):
        arrow.click()
        page.get_by_role("option", name=choice, exact=True).click()


def typed(form: Locator, *texts: str) -> None:
    for box, text in zip(form.locator("textarea").all(), texts, strict=True):
        box.fill(text)


def test_what_a_payday_taught_is_asked_by_one_form(stack, disputed: TenantContext, tmp_path: Path):
    from flows.service.client import connect

    with connect() as server, browsing() as page:
        run = server.submit("keep-lessons/ilf", {"mode": "rehearsal", "today": AFTER.date().isoformat()})
        assert server.follow(run, lambda _: None).ending == "waits"
        visit(page, f"{stack.address.ui_url}/runs/flow-run/{run}", environment.password(stack.home))
        form = opened(page, "what a payday taught")
        chosen(page, form, RUN)
        assert pack_can_be_read(form)
        nothing_of_the_first_nine = [""] * 9
        typed(form, *nothing_of_the_first_nine, "Nobody knew who sends the file.", OWNER, code_now(OWNER))
        page.screenshot(path=tmp_path / "lessons.png", full_page=True)
        submit(form)
        assert server.follow(run, lambda _: None).ending == "done"
        assert server.client.read_flow_run(run).state.message == f"Of {RUN}, number 1 is kept."
    with disputed.ledger.opened() as connection:
        assert [(each.theme, each.by, each.is_open) for each in list_lessons(connection)] == [("momentum", OWNER, True)]
    assert is_whole(disputed)


@pytest.mark.long  # every day the form of lessons goes the same way, and October waits through a death of all processes
def test_two_people_settle_a_disputed_month_by_a_form_each(stack, disputed: TenantContext, tmp_path: Path):
    from flows.service.client import connect

    says = ("all", "The bank booked one debit alone.", "case 4711")
    with connect() as server, browsing() as page:

        def ended():
            return server.follow(run, lambda _: None)

        asked = {"mode": "rehearsal", "today": AFTER.date().isoformat()}
        run = server.submit("settle-exceptions/ilf", asked)
        assert ended().ending == "waits"
        visit(page, f"{stack.address.ui_url}/runs/flow-run/{run}", environment.password(stack.home))
        form = opened(page, TITLE)
        assert pack_can_be_read(form)
        page.screenshot(path=tmp_path / "first.png", full_page=True)
        chosen(page, form, RUN, "not_paid")
        typed(form, *says, OPERATOR, "000000")
        submit(form)
        assert ended().ending == "waits"
        assert "not this person's of this minute" in server.form(run)

        # Every process that served the form is gone, and comes again.
        stack.kill()
        stack.start()
        page.reload()
        form = opened(page, TITLE)
        expect(form.get_by_text("The last answer was not accepted.")).to_be_visible()
        chosen(page, form, RUN, "not_paid")
        typed(form, *says, OPERATOR, code_now(OPERATOR))
        page.screenshot(path=tmp_path / "filled.png", full_page=True)
        submit(form)

    with connect() as server, browsing() as page:
        assert ended().ending == "waits"
        assert states(disputed) == {"disputed": 3}, "one settles nothing"
        server.answer(run, {"decision": "agree", "name": OPERATOR, "one_time_code": code_now(OPERATOR)})
        assert ended().ending == "waits"
        assert "it takes two people" in server.form(run)
        visit(page, f"{stack.address.ui_url}/runs/flow-run/{run}", environment.password(stack.home))
        form = opened(page, OPERATOR)
        page.screenshot(path=tmp_path / "second.png", full_page=True)
        chosen(page, form, "agree")
        typed(form, OWNER, code_now(OWNER))
        submit(form)
        assert ended().ending == "done"
        assert server.client.read_flow_run(run).state.message == f"{RUN} is settled (3 payments): not_paid."
        assert states(disputed) == {"free: not_paid": 3}

        again = server.submit("settle-exceptions/ilf", asked)
        assert server.follow(again, lambda _: None).ending == "done"
        assert server.client.read_flow_run(again).state.message == "Nothing of ilf (rehearsal) waits for two people."
    assert is_whole(disputed)
