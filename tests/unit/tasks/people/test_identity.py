"""Names, roles, and who is turned away."""

from pathlib import Path

import pytest

from schemas.agreement import Role
from schemas.no_go import NoGo
from tasks.people.identity import identified
from tests.month import office


def test_a_person_is_named_as_the_agreement_names_them(tmp_path: Path) -> None:
    assert identified(office(tmp_path), " Operator@Siller.example ", Role.OPERATOR) == "operator@siller.example"


def test_one_of_several_roles_is_enough(tmp_path: Path) -> None:
    found = identified(office(tmp_path), "auditor@ilf.example", Role.OPERATOR, Role.AUDITOR)
    assert found == "auditor@ilf.example"


@pytest.mark.parametrize("name", ["auditor@ilf.example", "nobody@ilf.example", ""])
def test_without_the_role_nobody_comes_in(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoGo, match="no operator in the agreement with ilf"):
        identified(office(tmp_path), name, Role.OPERATOR)
