"""The approval form as a person meets it: Prefect's own page in a real browser."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.e2e

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]
RIGHT = ("first.approver@ilf.example", "£10,708,609.22", "The refused rows are known and follow next month.")


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(viewport={"width": 1280, "height": 1300})
        browser.close()


def opened(page: Page) -> Locator:
    """Press Resume, and return the form when it is there."""
    page.get_by_role("button", name="Resume").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("Go or no-go")).to_be_visible()
    return form


def fill(page: Page, form: Locator, approver: str, control_total: str, reason: str) -> None:
    # The list opens by its arrow alone; a click beside it only marks the field.
    form.locator(".p-select-button__icon").click()
    page.get_by_role("option", name="approve").click()
    for box, text in zip(form.locator("textarea").all(), (approver, control_total, reason), strict=True):
        box.fill(text)


def test_a_person_fills_the_form_in_and_presses_submit(stack, page, tmp_path):
    from flows.client import connected

    own = urlsplit(stack.address.ui_url).netloc
    hosts = set()
    # What a page carries in itself (data:, blob:) has no host.
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc or own))
    with connected() as server:
        run = server.submit("stand-in/ilf", {"folder": str(tmp_path)})
        assert server.follow(run, lambda _: None).ending == "waits"
        at = f"{stack.address.ui_url}/runs/flow-run/{run}"

        page.goto(at)
        form = opened(page)
        form.get_by_role("button", name="Submit").click()
        for field in ("decision", "approver", "control_total", "reason"):
            expect(form.get_by_text(f"'{field}' is a required property")).to_be_visible()
        page.screenshot(path=tmp_path / "empty.png")
        assert [each.key for each in server.waiting() if each.flow_run_id == run] == ["approval-1-1"]

        page.reload()
        form = opened(page)
        fill(page, form, *("finance.officer@ilf.example", *RIGHT[1:]))
        form.get_by_role("button", name="Submit").click()
        expect(form).to_be_hidden()
        assert server.follow(run, lambda _: None).ending == "waits"

        page.reload()
        form = opened(page)
        expect(form.get_by_text("The last answer was not accepted.")).to_be_visible()
        expect(form.get_by_text("This approver submitted the extract")).to_be_visible()
        fill(page, form, *RIGHT)
        page.screenshot(path=tmp_path / "filled.png")
        form.get_by_role("button", name="Submit").click()
        expect(form).to_be_hidden()
        assert server.follow(run, lambda _: None).ending == "done"
    assert (tmp_path / "released.txt").read_text() == "paid"
    # No page of the server's asks anyone else for anything, and the ones that would are not served.
    assert hosts == {own}
    page.goto(f"{stack.address.ui_url}/v2/dashboard", wait_until="networkidle")
    assert hosts == {own}
