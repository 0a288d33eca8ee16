"""A person's browser, and what a person does on Prefect's page of a run that waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000
"""Milliseconds: a page comes late on a machine that has other work."""

expect.set_options(timeout=PATIENCE)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def browsing(width: int = 1280, height: int = 720) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def visit(page: Page, at: str, password: str) -> None:
    """Open a run's page by way of the server's own login page, which a person is asked for the password on."""
    parts = urlsplit(at)
    page.goto(f"{parts.scheme}://{parts.netloc}/login?redirect={parts.path}")
    asked, there = page.get_by_placeholder("admin:pass"), page.get_by_role("button", name="Resume")
    expect(asked.or_(there).first).to_be_visible()
    if asked.is_visible():
        asked.fill(password)
        page.get_by_role("button", name="Login").click()
        expect(there).to_be_visible()
        # What the page complained of before the login goes on lying over the form until somebody closes it.
        page.reload()
    expect(there).to_be_visible()


def opened(page: Page, shown: str) -> Locator:
    """Press Resume, and return the form when it is there with this in it."""
    page.get_by_role("button", name="Resume").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text(shown).first).to_be_visible()
    return form


def pack_can_be_read(form: Locator) -> bool:
    """Whether all of the pack above the form has room: nothing squeezed flat, nothing cut off at the right."""
    return form.locator(".markdown-renderer").first.evaluate(
        "pack => pack.clientHeight >= pack.scrollHeight && pack.clientWidth >= pack.scrollWidth"
    )


def fill(
    page: Page, form: Locator, decision: str, approver: str, one_time_code: str, control_total: str, reason: str
) -> None:
    # The list opens by its arrow alone; a click beside it only marks the field.
    form.locator(".p-select-button__icon").click()
    page.get_by_role("option", name=decision).click()
    for box, text in zip(form.locator("textarea").all(), (approver, one_time_code, control_total, reason), strict=True):
        box.fill(text)


def submit(form: Locator) -> None:
    form.get_by_role("button", name="Submit").click()
    expect(form).to_be_hidden()
