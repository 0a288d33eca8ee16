"""Other keys for a tenant, however often the change is interrupted."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from schemas.no_go import NoGo
from tasks.keys.rotate import rotate
from tasks.ledger import audit_log, rekey
from tasks.storage import custody, keys
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER

OPERATOR = "operator@siller.example"


def key_files(of: TenantContext) -> dict[str, str]:
    return {path.name: path.read_text() for path in of.paths.key("ilf", "ledger").parent.iterdir()}


def sealed_files(of: TenantContext) -> list[Path]:
    return sorted(of.paths.sealed("ilf", "").parent.glob("*"))


def opens_for(path: Path, key: str) -> bool:
    try:
        pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(key)])
    except pyrage.DecryptError:
        return False
    return True


def test_ledger_and_sealed_files_have_new_keys_and_pseudonyms_stay(ilf: TenantContext) -> None:
    before = key_files(ilf)
    number = len(sealed_files(ilf))
    assert number >= 4
    said = rotate(ilf, OPERATOR, NOVEMBER)
    after = key_files(ilf)
    assert {name for name in before if after[name] != before[name]} == {"ilf.ledger.key", "ilf.sealed.key"}
    assert after.keys() == before.keys()
    assert f"{number} sealed files have new keys" in said
    for sealed in sealed_files(ilf):
        assert opens_for(sealed, after["ilf.sealed.key"])
        assert not opens_for(sealed, before["ilf.sealed.key"])
    assert list(problems(ilf)) == []


def test_the_old_key_opens_the_ledger_no_more(ilf: TenantContext) -> None:
    old = ilf.paths.key("ilf", "ledger").read_text()
    rotate(ilf, OPERATOR, NOVEMBER)
    ilf.paths.key("ilf", "ledger").write_text(old)
    with pytest.raises(NoGo, match="does not open with the key in"), ilf.ledger.opened():
        pass


def test_who_did_it_stands_in_the_journal(ilf: TenantContext) -> None:
    rotate(ilf, OPERATOR, NOVEMBER)
    with ilf.ledger.opened() as connection:
        [(number, by)] = connection.execute("SELECT act_no, by_whom FROM act WHERE act = 'rotate_keys'").fetchall()
        (stage,) = connection.execute("SELECT stage FROM journal ORDER BY entry DESC LIMIT 1").fetchone() or ("",)
    assert (by, stage) == (OPERATOR, f"rotate_keys {number}")


@pytest.mark.parametrize("name", ["first.approver@ilf.example", "a.stranger@ilf.example"])
def test_nobody_else_may(ilf: TenantContext, name: str) -> None:
    before = key_files(ilf)
    with pytest.raises(NoGo, match="is no operator in the agreement with ilf"):
        rotate(ilf, name, NOVEMBER)
    assert key_files(ilf) == before


class Killed(BaseException):
    """The power goes."""


STEPS = [
    (keys, "replace_key", 3),
    (custody, "sha256_of_sealed", 4),
    (rekey, "copy_under_key", 1),
    (audit_log, "keep", 1),
    (rekey, "swap", 1),
    (rekey, "flush", 3),
    (rekey, "_clear", 1),
]
"""Each step of a change of keys, and how often it is taken."""
EVERY_DAY = {
    ("replace_key", 2, True),
    ("sha256_of_sealed", 3, False),
    ("copy_under_key", 1, True),
    ("keep", 1, False),
    ("swap", 1, True),
    ("flush", 2, False),
}


def killings() -> Iterator[object]:
    """Before and after every call of each step."""
    for module, step, calls in STEPS:
        for call in range(1, calls + 1):
            for after in (False, True):
                marks = [] if (step, call, after) in EVERY_DAY else [pytest.mark.long]
                named = f"{step}-{call}-{'after' if after else 'before'}"
                yield pytest.param(module, step, call, after, id=named, marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize(("module", "step", "call", "after"), list(killings()))
def test_killed_at_any_step_it_opens_and_can_be_finished(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch, module: object, step: str, call: int, after: bool
) -> None:
    pseudonym = ilf.paths.key("ilf", "pseudonym").read_text()
    calls = 0
    real = getattr(module, step)

    def killing(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            raise Killed
        done = real(*arguments, **named)
        if calls == call:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(module, step, killing)
        with pytest.raises(Killed):
            rotate(ilf, OPERATOR, NOVEMBER)
    assert list(problems(ilf)) == [], "whatever was done, everything opens and holds"
    rotate(ilf, OPERATOR, NOVEMBER)
    assert list(problems(ilf)) == []
    assert set(key_files(ilf)) == {"ilf.ledger.key", "ilf.sealed.key", "ilf.pseudonym.key"}
    assert len(key_files(ilf)["ilf.sealed.key"].splitlines()) == 1
    assert ilf.paths.key("ilf", "pseudonym").read_text() == pseudonym
    assert not list(ilf.paths.ledger("ilf").parent.glob("*.next*"))


def test_a_sealed_file_that_was_changed_keeps_its_key(ilf: TenantContext) -> None:
    sealed = sealed_files(ilf)[0]
    other = sealed_files(ilf)[1]
    shutil.copy(other, sealed)
    with pytest.raises(NoGo, match="is not what was sealed"):
        rotate(ilf, OPERATOR, NOVEMBER)
    keys_now = key_files(ilf)["ilf.sealed.key"].splitlines()
    assert any(opens_for(other, key) for key in keys_now)


def test_a_key_of_the_environment_is_the_environments_to_change(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": ilf.paths.key("ilf", "ledger").read_text()}))
    before = key_files(ilf)
    with pytest.raises(NoGo, match=r"The environment gives the key ilf\.ledger"):
        rotate(ilf, OPERATOR, NOVEMBER)
    assert key_files(ilf) == before
