"""The form for everybody: on a phone, by keyboard alone, and as assistive software reads it."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from flows.service import environment
from tests.e2e.browser import browsing, opened, visit
from tests.e2e.stack import PROJECT

pytestmark = pytest.mark.e2e

SHOWN = "Go or no-go"
PACK = ".p-modal__body > .markdown-renderer"
CUT_OFF = """form => [...form.querySelectorAll(".p-modal__card *")]
    .filter(each => each.checkVisibility() && !each.closest("svg"))
    .filter(each => each.getBoundingClientRect().left < 0 || each.getBoundingClientRect().right > innerWidth
        || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display != "inline")
    .map(each => `${each.tagName} ${each.className}: ${each.innerText.slice(0, 60)}`)"""
"""What of an open form stands beyond an edge of the screen, or is wider than what it stands in."""

AT_REST = """document.getAnimations().every(
    each => each.playState != "running" || each.effect.getComputedTiming().endTime == Infinity)"""


@pytest.fixture
def submitted(stack, tmp_path) -> Iterator[Callable[[], UUID]]:
    """Submits a run and waits until it shows its form; afterwards no form is left over for others."""
    from prefect.client.orchestration import get_client

    from flows.service.client import connect

    runs = []

    def waits() -> UUID:
        with connect() as server:
            runs.append(server.submit("stand-in/ilf", {"folder": str(tmp_path)}))
            assert server.follow(runs[-1], lambda _: None).ending == "waits"
        return runs[-1]

    yield waits
    with get_client(sync_client=True) as client:
        for run in runs:
            client.delete_flow_run(run)


@pytest.fixture
def page():
    with browsing() as page:
        yield page


def test_on_every_screen_nothing_of_the_form_is_cut_off(stack, submitted, page: Page, tmp_path):
    visit(page, f"{stack.address.ui_url}/runs/flow-run/{submitted()}", environment.password(stack.home))
    for width, height in ((390, 844), (768, 1024), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        menu = page.locator(".flow-run-menu button").first
        expect(menu).to_be_visible()
        if width == 390:  # a phone has no room for the button: it is in the menu beside the run's name
            expect(page.get_by_role("button", name="Resume")).to_be_hidden()
            menu.click()
        form = opened(page, SHOWN)
        page.screenshot(path=tmp_path / f"{width}.png")
        assert form.evaluate(CUT_OFF) == [], width
        # The body scrolls; what sends the answer stays where it can be reached.
        last, send = form.locator("textarea").last, form.get_by_role("button", name="Submit")
        last.scroll_into_view_if_needed()
        for each in (last, send):
            expect(each).to_be_in_viewport(ratio=1)


def test_the_whole_way_by_keyboard_alone(stack, submitted, page: Page, tmp_path):
    from flows.service.client import connect

    keys, run = page.keyboard, submitted()
    page.goto(f"{stack.address.ui_url}/login?redirect=/runs/flow-run/{run}")
    expect(page.get_by_placeholder("admin:pass")).to_be_focused()
    keys.type(environment.password(stack.home))
    keys.press("Enter")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    tab_to(page, "button:has-text('Resume')")
    keys.press("Enter")
    form = page.get_by_role("dialog")
    expect(form.get_by_text(SHOWN)).to_be_visible()

    tab_to(page, "[role=dialog] .p-select-button__control")
    pack = form.locator(PACK)
    keys.press("PageUp")  # back to what is decided on, and down again
    expect(pack.get_by_text(SHOWN)).to_be_in_viewport()
    keys.press("ArrowDown")
    expect(page.get_by_role("option", name="approve")).to_be_visible()
    keys.press("Enter")
    expect(form.locator(".p-select-button__value")).to_have_text("approve")
    for text in ("first.approver@ilf.example", "123456", "£10,708,609.22", "They follow next month."):
        tab_to(page, "[role=dialog] textarea")
        keys.type(text)
    tab_to(page, "button:has-text('Submit')")
    page.wait_for_timeout(2000)  # the page takes in what was typed when the typing has stopped; nobody reads faster
    keys.press("Enter")
    expect(form).to_be_hidden()
    with connect() as server:
        assert server.follow(run, lambda _: None).ending == "done"
    assert (tmp_path / "released.txt").read_text() == "paid"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody does who sees where it is."""
    there = page.locator(selector).and_(page.locator(":focus"))
    for _ in range(60):
        page.keyboard.press("Tab")
        if there.count():
            return
    raise AssertionError(f"Tab never comes to {selector}.")


def test_axe_finds_in_prefects_pages_what_the_docs_list_and_in_the_pack_nothing(stack, submitted, page: Page):
    at = stack.address.ui_url
    found: dict[str, set[str]] = {}

    def look(name: str) -> None:
        page.wait_for_function(AT_REST)  # what fades in is pale for a moment
        results = Axe().run(page).response
        assert results["testEngine"]["name"] == "axe-core"
        found[name] = {violation["id"] for violation in results["violations"]}

    run = submitted()
    page.goto(f"{at}/login?redirect=/runs/flow-run/{run}")
    expect(page.get_by_placeholder("admin:pass")).to_be_visible()
    look("login")
    visit(page, f"{at}/runs/flow-run/{run}", environment.password(stack.home))
    look("run")
    opened(page, SHOWN)
    look("form")
    assert Axe().run(page, context=PACK).response["violations"] == []
    for name in ("runs", "deployments"):
        page.goto(f"{at}/{name}", wait_until="networkidle")
        look(name)
    known = listed()
    assert {name: rules - known[name] for name, rules in found.items() if rules - known[name]} == {}


def listed() -> dict[str, set[str]]:
    """What the docs list of each page, by axe's names of its rules."""
    text = (PROJECT / "docs" / "accessibility.md").read_text()
    of_pages: dict[str, set[str]] = {}
    for rule, pages in re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \|", text, re.MULTILINE):
        for name in pages.split(", "):
            of_pages.setdefault(name, set()).add(rule)
    return of_pages
