"""Two versions of a contract: what breaks, what does not, and what is no change at all."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from schemas.contract.compared import changes_between, is_major
from schemas.contract.contract import Contract
from tests.council import CONTRACT

COUNCIL = Contract.parsed(CONTRACT.encode(), "extract.odcs.yaml")
REFERENCE = "{name: payee_reference, physicalName: Ref, required: true, unique: true, logicalType: string}"

CHANGES = {
    "a column more": (
        *("transformSourceObjects: [First Name, Surname]", "transformSourceObjects: [First Name, Initial, Surname]"),
        [
            ("The file must have the column Initial.", True),
            (
                "payee_name comes from First Name, Initial, Surname by join_with_spaces; it came from First Name, "
                "Surname by join_with_spaces.",
                True,
            ),
        ],
    ),
    "a column renamed": (
        *("physicalName: Account", "physicalName: Account No"),
        [
            ("The file must have the column Account No.", True),
            ("The file must not have the column Account any more.", True),
            ("account_number comes from Account No; it came from Account.", True),
        ],
    ),
    "another function": (
        *("transformLogic: strip_blanks, join_pairs", "transformLogic: join_pairs"),
        [("sort_code comes from Sort Code by join_pairs; it came from Sort Code by strip_blanks, join_pairs.", True)],
    ),
    "a lower limit": (
        *("maximum: 5000", "maximum: 4000"),
        [("amount has the rule is_at_most (pence: 400000); it was is_at_most (pence: 500000).", True)],
    ),
    "a higher limit": (
        *("maximum: 5000", "maximum: 6000"),
        [("amount has the rule is_at_most (pence: 600000); it was is_at_most (pence: 500000).", False)],
    ),
    "a rule more": (
        *(
            "physicalName: Account, required: true",
            "physicalName: Account, required: true, logicalTypeOptions: {minLength: 8}",
        ),
        [("account_number has the rule is_not_too_short (characters: 8).", True)],
    ),
    "a rule less": (
        *("        logicalTypeOptions: {maxLength: 18}\n", ""),
        [("payment_reference has the rule is_not_too_long no more.", False)],
    ),
    "a rule of all rows less": (
        *(REFERENCE, REFERENCE.replace(", unique: true", "")),
        [("payee_reference has the SQL rule stands_once no more.", False)],
    ),
    "a column that may be there": (
        *("physicalName: Phone", "physicalName: Fax"),
        [
            ("The file must not have the column Phone any more.", True),
            ("The file may have the column Fax, which is not read.", False),
        ],
    ),
    "words for people": ("name: Council extract", "name: The council's extract", []),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_said_and_whether_it_breaks(what):
    old, new, said = CHANGES[what]
    assert old in CONTRACT
    changed = Contract.parsed(CONTRACT.replace(old, new, 1).encode(), "extract.odcs.yaml")
    assert [(change.said, change.breaks) for change in changes_between(COUNCIL, changed)] == said


def test_rows_that_are_kept_otherwise_begin_with_a_new_ledger(ilf):
    said = [change.said for change in changes_between(ilf, COUNCIL) if change.breaks]
    assert any(each.startswith("Rows are kept with other columns, which begins with a new ledger") for each in said)


def test_a_major_version_is_another_first_number():
    assert is_major("1.9.0", "2.0.0") and not is_major("1.9.0", "1.10.0")


def test_the_command_ends_with_1_where_a_version_breaks_without_saying_so(tmp_path: Path):
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(CONTRACT)
    new.write_text(CONTRACT.replace("maximum: 5000", "maximum: 4000").replace("version: 1.0.0", "version: 1.1.0"))
    said = CliRunner().invoke(app, ["contract", "diff", str(old), str(new)])
    assert said.exit_code == 1
    assert said.output == (
        "Breaks: amount has the rule is_at_most (pence: 400000); it was is_at_most (pence: 500000).\n"
        "1.0.0 to 1.1.0: 1 changes, 1 of them break what was agreed.\n"
        "That needs a new major version.\n"
    )
    new.write_text(new.read_text().replace("version: 1.1.0", "version: 2.0.0"))
    assert CliRunner().invoke(app, ["contract", "diff", str(old), str(new)]).exit_code == 0
