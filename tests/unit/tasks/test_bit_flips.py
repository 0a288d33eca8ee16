"""Forty of the five hundred bits of ``make bit-flips``, and that every file under SILLER_HOME is one of a kind."""

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tests.bit_flips import FLIPS, KINDS, flipped, is_found, kind_of, whole_home

SOME = 40
DOCS = PROJECT / "docs" / "operating" / "what-verify-covers.md"


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantContext]:
    whole = whole_home(tmp_path_factory.mktemp("whole"))
    yield whole
    assert not is_found(whole), "what is found is found of a flip alone"


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    # Every day one of each kind.
    [pytest.param(number, marks=pytest.mark.long if number >= len(KINDS) else ()) for number in range(SOME)],
    ids=lambda number: f"{number:02} {kind_of(number)}",
)
def test_a_flipped_bit_is_found(of: TenantContext, number: int) -> None:
    with flipped(of, number) as where:
        assert is_found(of), where


def test_there_are_at_least_twenty_of_each_kind() -> None:
    assert set(KINDS) == {kind_of(number) for number in range(SOME)}
    assert min(Counter(map(kind_of, range(FLIPS))).values()) >= 20


def not_covered() -> list[str]:
    """The patterns in the second table of the page."""
    _, _, table = DOCS.read_text(encoding="utf-8").partition("## What it does not cover")
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("|")]
    return [pattern for cell in cells for pattern in re.findall(r"`([^`]+)`", cell)]


def test_every_file_is_covered_or_the_docs_say_why_not(of: TenantContext) -> None:
    home, left = of.settings.home, []
    for path in home.rglob("*"):
        place = path.relative_to(home).as_posix().removeprefix("rehearsal/")
        is_covered = any(fnmatch(place, pattern.removeprefix("rehearsal/")) for pattern in KINDS.values())
        if path.is_file() and path.stat().st_size and not is_covered:
            left.append(place)
    assert left
    assert [place for place in left if not any(fnmatch(place, pattern) for pattern in not_covered())] == []


def test_the_docs_name_each_kind_that_is_covered() -> None:
    said, _, _ = DOCS.read_text(encoding="utf-8").partition("## What it does not cover")
    for pattern in KINDS.values():
        assert pattern.removeprefix("rehearsal/").replace("ilf", "BODY") in said
