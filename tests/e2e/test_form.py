"""The approval form as a person meets it: Prefect's own page in a real browser."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from flows.service import environment
from tests.e2e.browser import browsing, fill, opened, submit, visit

pytestmark = pytest.mark.e2e

SHOWN = "Go or no-go"
RIGHT = ("first.approver@ilf.example", "123456", "£10,708,609.22", "The refused rows are known and follow next month.")


@pytest.fixture
def page():
    with browsing() as page:
        yield page


@contextmanager
def busy(home: Path, seconds: float) -> Iterator[None]:
    """Write to Prefect's database for so long, so that whoever reads and then writes there is turned away."""
    database = sqlite3.connect(home / "prefect" / "prefect.db", isolation_level=None, check_same_thread=False)
    database.execute("BEGIN IMMEDIATE")
    end = threading.Timer(seconds, database.rollback)
    end.start()
    yield
    end.join()
    database.close()


def test_a_person_fills_the_form_in_and_presses_submit(stack, page, tmp_path):
    from flows.service.client import connect

    own = urlsplit(stack.address.ui_url).netloc
    hosts = set()
    # What a page carries in itself (data:, blob:) has no host.
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc or own))
    with connect() as server:
        run = server.submit("stand-in/ilf", {"folder": str(tmp_path)})
        assert server.follow(run, lambda _: None).ending == "waits"
        at = f"{stack.address.ui_url}/runs/flow-run/{run}"

        # Without the password the server says nothing, and its page asks for it.
        refused = httpx.post(f"{stack.address.api_url}/flow_runs/{run}/resume", json={}, trust_env=False)
        assert refused.status_code == httpx.codes.UNAUTHORIZED
        visit(page, at, environment.password(stack.home))
        form = opened(page, SHOWN)
        form.get_by_role("button", name="Submit").click()
        for field in ("decision", "approver", "one_time_code", "control_total", "reason"):
            expect(form.get_by_text(f"'{field}' is a required property")).to_be_visible()
        page.screenshot(path=tmp_path / "empty.png")
        assert [each.key for each in server.waiting() if each.flow_run_id == run] == ["approval-1-1"]

        page.reload()
        form = opened(page, SHOWN)
        fill(page, form, "approve", "finance.officer@ilf.example", *RIGHT[1:])
        with busy(stack.home, seconds=2):
            submit(form)
        assert server.follow(run, lambda _: None).ending == "waits"

        page.reload()
        form = opened(page, SHOWN)
        expect(form.get_by_text("The last answer was not accepted.")).to_be_visible()
        expect(form.get_by_text("This approver submitted the extract")).to_be_visible()
        fill(page, form, "approve", *RIGHT)
        page.screenshot(path=tmp_path / "filled.png")
        # A server that has no time: what was typed stays, and nothing lies over the button.
        page.route("**/resume", lambda route: route.fulfill(status=503, json={}), times=1)
        form.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("Failed to resume flow run").first).to_be_visible()
        expect(page.get_by_text("Prefect Cloud").first).to_be_hidden()
        expect(page.get_by_text("Something went wrong").first).to_be_hidden()
        page.screenshot(path=tmp_path / "busy.png")
        submit(form)
        assert server.follow(run, lambda _: None).ending == "done"
    assert (tmp_path / "released.txt").read_text() == "paid"
    # No page of the server's asks anyone else for anything, and the ones that would are not served.
    assert hosts == {own}
    page.goto(f"{stack.address.ui_url}/v2/dashboard", wait_until="networkidle")
    assert hosts == {own}
