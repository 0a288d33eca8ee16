"""Account tables: what is installed, what is refused, and which one is in use on which day."""

from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.account_table.install import install, operator
from tasks.account_table.shelf import Record, in_use, is_for_practice, list_installed
from tasks.settings import Settings
from tasks.storage.paths import account_tables
from tests.people import sit_at
from tests.published_table import published_table

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
HOLDS = date(2026, 10, 1)
OPERATOR = "operator@siller.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", modulus_table=None)


def put(settings: Settings, files: list[Path], holds: date = HOLDS, expected: str | None = None) -> tuple[Record, bool]:
    return install(settings, files, holds, expected, OPERATOR, NOW)


def test_a_table_is_kept_with_what_was_found(settings: Settings, tmp_path: Path):
    files = published_table(tmp_path / "new")
    record, is_new = put(settings, files, expected=sha256(files[0].read_bytes()).hexdigest().upper())
    assert is_new
    assert (record.version, record.valid_from, record.rows) == ("v9-10", HOLDS, 1_025)
    assert record.sha256 == sha256(files[0].read_bytes()).hexdigest()
    assert record.substitutions_sha256 == sha256(files[1].read_bytes()).hexdigest()
    assert (record.installed_by, record.installed_at) == (OPERATOR, NOW)
    assert list_installed(settings) == [record]
    folder = account_tables(settings.home) / "v9-10"
    assert {path.name: path.read_bytes() for path in files}.items() <= {
        path.name: path.read_bytes() for path in folder.iterdir()
    }.items()
    assert [path.name for path in account_tables(settings.home).iterdir()] == ["v9-10"]


def test_without_one_the_practice_table_is_in_use(settings: Settings):
    used = in_use(settings, HOLDS)
    assert used.table.is_practice and is_for_practice(settings)


def test_the_newest_that_holds_is_in_use(settings: Settings, tmp_path: Path):
    put(settings, published_table(tmp_path / "a", "v9-9"))
    put(settings, published_table(tmp_path / "b", "v9-10"), date(2026, 12, 1))
    assert in_use(settings, date(2026, 9, 30)).table.is_practice
    assert in_use(settings, date(2026, 11, 30)).table.version == "v9-9"
    newest = in_use(settings, date(2026, 12, 1))
    assert (newest.table.version, newest.table.valid_from) == ("v9-10", date(2026, 12, 1))
    assert newest.provided_by == OPERATOR and not is_for_practice(settings)


def test_a_folder_that_is_set_comes_first(settings: Settings, tmp_path: Path):
    put(settings, published_table(tmp_path / "a"))
    published_table(tmp_path / "set", "v8-1")
    used = in_use(settings.model_copy(update={"modulus_table": tmp_path / "set"}), NOW.date())
    assert (used.table.version, used.provided_by) == ("v8-1", "SILLER_MODULUS_TABLE")


def test_the_same_again_changes_nothing(settings: Settings, tmp_path: Path):
    first, _ = put(settings, published_table(tmp_path / "a"))
    assert put(settings, published_table(tmp_path / "b")) == (first, False)


@pytest.mark.parametrize("name", ["valacdos-v9-10.txt", "scsubtab.txt"])
def test_a_table_that_was_changed_after_it_was_installed_is_not_used(settings: Settings, tmp_path: Path, name: str):
    put(settings, published_table(tmp_path / "a"))
    with (account_tables(settings.home) / "v9-10" / name).open("a") as file:
        file.write("499999 499999 MOD10" + " 0" * 14 + "\n" if "valacdos" in name else "499999 499998\n")
    with pytest.raises(NoGo, match=r"v9-10 is not the one that operator@siller\.example installed"):
        in_use(settings, NOW.date())


def rename(name: str) -> Callable[[list[Path]], list[Path]]:
    return lambda files: [files[0].rename(files[0].with_name(name)), files[1]]


def rewrite(old: str, new: str) -> Callable[[list[Path]], list[Path]]:
    def spoil(files: list[Path]) -> list[Path]:
        text = files[0].read_text()
        assert old in text
        files[0].write_text(text.replace(old, new))
        return files

    return spoil


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda files: files[:1], "An account table is two files"),
        (lambda files: files[1:], "An account table is two files"),
        (lambda files: [*files, files[0]], "An account table is two files"),
        (lambda files: [files[0], files[0]], "An account table is two files"),
        (lambda files: [files[0], files[1].with_name("other.txt")], "An account table is two files"),
        (lambda files: [files[0], files[1].parent / "gone" / "scsubtab.txt"], r"no file scsubtab\.txt in .*gone"),
        (rename("valacdos.txt"), "says the version 'unnamed'"),
        (rename("valacdos-latest.txt"), "says the version 'latest'"),
        (rename("valacdos-practice.txt"), "says the version 'practice'"),
        (rewrite("MOD10 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "<html>"), r"valacdos-v9-10\.txt, line 26, is no line"),
        (rewrite("089000 089999 MOD10", "089000 089999 MOD11"), "contradicts Vocalink's own test cases .* 089999"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_kept(
    settings: Settings, tmp_path: Path, spoil: Callable[[list[Path]], list[Path]], said: str
):
    with pytest.raises(NoGo, match=said):
        put(settings, spoil(published_table(tmp_path / "new")))
    assert list_installed(settings) == [] and list(account_tables(settings.home).iterdir()) == []


def test_a_table_that_was_cut_off_is_refused(settings: Settings, tmp_path: Path):
    with pytest.raises(NoGo, match="has only 999 rows"):
        put(settings, published_table(tmp_path / "a", rows=999))
    put(settings, published_table(tmp_path / "b", rows=1_200))
    with pytest.raises(NoGo, match="v9-11 has 1,079 rows and v9-10 has 1,200"):
        put(settings, published_table(tmp_path / "c", "v9-11", rows=1_079), date(2026, 11, 1))
    assert put(settings, published_table(tmp_path / "d", "v9-11", rows=1_080), date(2026, 11, 1))[1]


def test_another_hash_than_was_expected_is_refused(settings: Settings, tmp_path: Path):
    with pytest.raises(NoGo, match=r"and ab{63} was expected"):
        put(settings, published_table(tmp_path / "a"), expected="a" + "b" * 63)


def test_another_table_of_the_same_version_is_refused(settings: Settings, tmp_path: Path):
    put(settings, published_table(tmp_path / "a"))
    with pytest.raises(NoGo, match="v9-10 is installed already, by operator@siller"):
        put(settings, published_table(tmp_path / "b", rows=1_026))
    with pytest.raises(NoGo, match="with other files or another date"):
        put(settings, published_table(tmp_path / "c"), date(2026, 10, 2))


@pytest.mark.parametrize(
    ("version", "holds"),
    [("v9-9", date(2026, 11, 1)), ("v8-90", date(2026, 11, 1)), ("v9-11", HOLDS), ("v10-1", date(2026, 9, 1))],
)
def test_an_older_table_is_refused(settings: Settings, tmp_path: Path, version: str, holds: date):
    put(settings, published_table(tmp_path / "a"))
    with pytest.raises(NoGo, match=f"v9-10, valid from 1 October 2026, is installed; {version}"):
        put(settings, published_table(tmp_path / "b", version), holds)
    assert len(list_installed(settings)) == 1


def test_a_table_of_the_wrong_year_is_refused(settings: Settings, tmp_path: Path):
    files = published_table(tmp_path / "a")
    with pytest.raises(NoGo, match="1 October 2027 is more than 92 days ahead"):
        put(settings, files, date(2027, 10, 1))
    assert put(settings, files, date(2027, 2, 20))[1]


def test_an_operator_is_known_by_name_and_account(settings: Settings):
    assert operator(settings, " Operator@siller.example ") == OPERATOR
    assert operator(settings, "") == OPERATOR


@pytest.mark.parametrize("name", ["first.approver@ilf.example", "nobody@siller.example"])
def test_only_an_operator_installs(settings: Settings, name: str):
    with pytest.raises(NoGo, match=f"{name} is no operator in the agreement with ilf"):
        operator(settings, name)


def test_a_name_alone_proves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    sit_at(monkeypatch, "somebody")
    with pytest.raises(NoGo, match="account somebody"):
        operator(settings, OPERATOR)
    with pytest.raises(NoGo, match="account somebody is no operator"):
        operator(settings, "")


def test_without_an_agreement_nobody_is_an_operator(settings: Settings, tmp_path: Path):
    with pytest.raises(NoGo, match="There is no agreement in"):
        operator(settings.model_copy(update={"contracts": tmp_path}), OPERATOR)
