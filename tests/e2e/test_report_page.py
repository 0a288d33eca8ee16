"""The reconciliation report in a browser: on a phone, on a laptop and on paper, without JavaScript, in every state.

The go/no-go pack, the pages that a body makes on its own machine, the board and a plan have the same look, and are held
against the same.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from flows.cli.check_report import write_page
from flows.service.board import draw_board
from flows.service.period_plan import as_page, plan_of
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.approve.record import open_page
from tasks.body_tools.contract_page import contract_page
from tasks.body_tools.samples import write_samples
from tasks.check import check
from tasks.ingest.landing import manifest_of
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests import boards
from tests.e2e.browser import ARGUMENTS, CHROMIUM
from tests.month import HEADER, NOVEMBER, SAMPLES, gates_by_arithmetic
from tests.rehearsed import judged_by_arithmetic, office, rehearsed

pytestmark = pytest.mark.e2e

RUN = "ilf-2026-11-rehearsal-1"
PACK = "go-or-no-go.html"
"""What the pack is called here, as a page; it stands sealed."""
ROWS = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:60]
SPOILT = ROWS[7].replace("ILF", "ILF9").replace(ROWS[7].split(",")[2], "1234", 1)
FIRST_WORDS = {
    "return-some": "",
    "dupl": "59 disputed (",
    "debited-twice": "1 debit perhaps paid twice (",
    "gap": "59 in doubt, as an answer was set aside (",
    "pound-short": "",
}
"""How the page begins, by what the practice bank does; else with who was paid."""
SIZES = {"phone": (390, 844, "screen"), "laptop": (1280, 720, "screen"), "A4": (718, 1040, "print")}
"""Of a window in pixels; that of a sheet is without its margins."""
CUT_OFF = """() => [...document.body.querySelectorAll("*")]
    .filter(each => each.checkVisibility() && !each.closest(".unseen, .skip, svg"))
    .filter(each => each.getBoundingClientRect().left < 0 || each.getBoundingClientRect().right > innerWidth + 0.5
        || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display != "inline")
    .map(each => `${each.tagName} ${each.className}: ${each.innerText.slice(0, 60)}`)"""


SAMPLE = ("debited-twice",)


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[] if name in SAMPLE else [pytest.mark.long]) for name in FIRST_WORDS],
)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the practice bank did, and the page."""
    folder = tmp_path_factory.mktemp(request.param)
    extract = folder / "ilf-2026-11.csv"
    extract.write_text("\r\n".join([HEADER, *ROWS, SPOILT, ""]), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        rehearsed(folder, [extract], behaviour=request.param)
    page = office(folder).paths.reports(RUN) / "reconciliation.html"
    page.with_name(PACK).write_bytes(open_page(office(folder), RUN, "auditor@ilf.example", NOVEMBER))
    return request.param, page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def for_the_body(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the contract's page, and with that of a check which refuses a row for each rule."""
    folder = tmp_path_factory.mktemp("body")
    context = TenantContext("ilf", Mode.LIVE, Settings(home=folder, modulus_table=None))
    period = Period.parsed("2026-11")
    bad = write_samples(context, period, NOVEMBER.date(), folder).bad
    (folder / "contract.html").write_text(contract_page(context, period, NOVEMBER.date()), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        gates_by_arithmetic(patch)
        found = check(context, bad, manifest_of(bad), NOVEMBER)
    write_page(found, context, bad, None, folder / "check.html", NOVEMBER)
    return folder


def shown(browser: Browser, path: Path, size: str, java_script: bool = True) -> Page:
    width, height, media = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, java_script_enabled=java_script)
    page.emulate_media(media=media)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, report: tuple[str, Path], size: str, tmp_path: Path
) -> None:
    for path in (report[1], report[1].with_name(PACK)):
        page = shown(browser, path, size)
        page.screenshot(path=tmp_path / f"{path.stem}-{report[0]}-{size}.png", full_page=True)
        check_is_for_everybody(page)


@pytest.mark.parametrize("name", ["contract", "check"])
@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[] if size == "phone" else [pytest.mark.long]) for size in SIZES]
)
def test_so_it_is_with_the_pages_for_the_body(browser: Browser, for_the_body: Path, size: str, name: str) -> None:
    check_is_for_everybody(shown(browser, for_the_body / f"{name}.html", size))


@pytest.mark.parametrize("name", ["board", "plan"])
@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[] if size == "phone" else [pytest.mark.long]) for size in SIZES]
)
def test_so_it_is_with_the_board_and_a_plan(browser: Browser, tmp_path: Path, size: str, name: str) -> None:
    """Also by keyboard: from the link that skips the head, Tab leads to each link in the order of the page."""
    context = boards.context(tmp_path)
    seen = boards.picture_of_all(context.calendar)
    pages = {
        "board": lambda: draw_board(seen, [context], context.settings, "first.approver@ilf.example", boards.NOW),
        "plan": lambda: as_page(plan_of(context, Period.parsed("2027-01"), list(seen.standings), boards.NOW)),
    }
    (tmp_path / f"{name}.html").write_text(pages[name](), encoding="utf-8")
    page = shown(browser, tmp_path / f"{name}.html", size)
    page.screenshot(path=tmp_path / f"{name}-{size}.png", full_page=True)
    for link in page.get_by_role("link").all():
        page.keyboard.press("Tab")
        expect(link).to_be_focused()
    check_is_for_everybody(page)


def check_is_for_everybody(page: Page) -> None:
    found = Axe().run(page).response
    assert found["testEngine"]["name"] == "axe-core"
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    assert page.evaluate(CUT_OFF) == []
    page.close()


def test_all_of_it_is_there_without_javascript(browser: Browser, report: tuple[str, Path]) -> None:
    behaviour, path = report
    page = shown(browser, path, "phone", java_script=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    headline = " ".join(page.get_by_role("heading", level=1).inner_text().split())
    assert headline.startswith(FIRST_WORDS[behaviour] or tuple("0123456789"))
    assert "of 60 payments asked for were paid" in headline
    headings = [each.inner_text() for each in page.get_by_role("heading", level=2).all()]
    is_first = headings.index("To be settled first") == 0 if "To be settled first" in headings else False
    assert is_first == (behaviour != "return-some")
    for heading in ("Where every pound is", "The same money, told five ways", "What happens next, and by when"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.close()


def test_it_prints_on_a4_with_the_headings_of_its_tables_on_each_sheet(
    browser: Browser, report: tuple[str, Path], tmp_path: Path
) -> None:
    page = shown(browser, report[1], "A4")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert (tmp_path / "report.pdf").read_bytes().count(b"/MediaBox [0 0 594.95996 841.91998]") > 0
    heads = page.locator("thead").evaluate_all("heads => heads.map(each => getComputedStyle(each).display)")
    assert set(heads) == {"table-header-group"}
    expect(page.get_by_role("link", name="Skip to main content")).to_be_hidden()
    page.close()
