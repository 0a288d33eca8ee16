"""One of the homes that share a store: what it is, what it refuses, what it tells the others."""

import hashlib
import shutil
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import duckdb
import pyrage
import pytest

from flows.service.books import Shelf
from schemas.bank_messages.verdict import Verdict
from schemas.no_go import NoGo
from schemas.period import Period
from tasks import flow_parameters
from tasks.advisories import record_look
from tasks.backup.making import backup
from tasks.backup.restoring import restore
from tasks.continuity.openings import note
from tasks.continuity.settle import check_settled
from tasks.ingest.claim import claim_bytes
from tasks.ingest.landing import find_landed
from tasks.ingest.landing_bucket import arrived_at
from tasks.keys.rotate import check_changeable
from tasks.ledger import runs
from tasks.publish.parquet import PublishedParquet
from tasks.publish.stage import publish
from tasks.publish.tables import Tables
from tasks.reconcile.bank_inbox import put
from tasks.reconcile.receive import inbox, put_away, receive_all
from tasks.release.outboxes import check_remembers
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.storage import keys
from tasks.storage.atomic_write import write_atomic
from tasks.storage.bucket_address import shared_store
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.e2e.s3 import BUCKET, client
from tests.month import NOVEMBER, ROWS, context, deliver
from tests.scale.at_work import RUN
from tests.scale.homes import Home, Shared
from tests.scale.seaweedfs import LOCKED

OPERATOR = "operator@siller.example"


@pytest.fixture
def ilf(shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    for name, value in Home(tmp_path / "home", shared).settings.items():
        monkeypatch.setenv(name, value)
    return context(tmp_path / "home")


def test_it_is_the_stores_working_copy_and_nothing_without_it(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ilf.ledger.opened() as connection:
        assert runs.run_row(connection, RUN).tenant == "ilf"
    monkeypatch.delenv("SILLER_STORE")
    with (
        pytest.raises(NoGo, match=r"is a working copy of a store .* and SILLER_STORE is not set"),
        context(ilf.settings.home).ledger.opened(),
    ):
        pass


def test_it_makes_no_key_of_its_own(ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILLER_KEYS", "{}")
    with pytest.raises(NoGo, match=r"The key ilf\.sealed is gone"), ilf.ledger.opened():
        pass
    with pytest.raises(NoGo, match=r"SILLER_KEYS gives no key ilf\.continuity, and of what homes share"):
        keys.load_or_create(ilf.paths.key("ilf", "continuity"), keys.random_key)


def test_it_needs_an_outbox_that_homes_share(ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SILLER_OUTBOX")
    with (
        pytest.raises(NoGo, match="SILLER_STORE is set, and SILLER_OUTBOX is not"),
        context(ilf.settings.home).ledger.opened(),
    ):
        pass


def test_it_claims_an_extract_for_one_body(ilf: TenantContext) -> None:
    everybody = ilf.settings.model_copy(update={"contracts": PROJECT / "data_contracts"})
    kirkmuir = replace(ilf, tenant="kirkmuir", settings=everybody)
    deliver(ilf)
    arrived = find_landed(arrived_at(ilf), "ilf", Period.parsed("2026-11"))
    for _ in range(2):
        claim_bytes(ilf, arrived)
    with pytest.raises(NoGo, match=r"ilf\.csv is the very file that another body has sent"):
        claim_bytes(kirkmuir, arrived)


def test_it_knows_who_opened_a_continuity_file_anywhere(ilf: TenantContext, tmp_path: Path) -> None:
    other = context(tmp_path / "other")
    person = other.agreement.people[0]
    store = shared_store(other.settings, other.mode, "ilf")
    note(other.paths.continuity_openings("ilf"), RUN, "ab" * 32, person, "the bank's day", NOVEMBER, store)
    with ilf.ledger.opened() as connection, pytest.raises(NoGo, match=f"opened the continuity file of {RUN}"):
        check_settled(connection, ilf.paths, "ilf")
    with pytest.raises(NoGo, match="Nothing is opened or released until then"):
        release(ilf, RUN, NOVEMBER)


def test_its_watch_is_told_what_another_home_wrote(ilf: TenantContext, tmp_path: Path) -> None:
    """Its own copy is the file that was read a minute before; only the store knows that it no longer counts."""
    shelf = Shelf()
    assert shelf.read(ilf, NOVEMBER).carried.look is None
    record_look(context(tmp_path / "other"), "nothing", OPERATOR, NOVEMBER)
    assert shelf.read(ilf, NOVEMBER).carried.look is not None


@pytest.mark.long
def test_it_publishes_from_where_the_last_home_left_off(
    ilf: TenantContext, shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLER_PUBLISHED", f"s3://{BUCKET}/{shared.name}-published")
    ilf, other = context(ilf.settings.home), context(tmp_path / "other")
    release(ilf, RUN, NOVEMBER)
    assert [publish(each, RUN, NOVEMBER).version for each in (ilf, other, ilf, other, ilf)] == [1, 2, 3, 4, 5]
    tables, as_other = PublishedParquet.of(ilf), PublishedParquet.of(other)
    assert tables and as_other and tables.see() == as_other.see()
    seen = tables.see()
    assert seen and Tables.read(seen.data, "").version == 5
    newest = other.paths.published("ilf") / "analytics.duckdb"
    shutil.rmtree(newest.parent)
    publish(other, RUN, NOVEMBER)
    with duckdb.connect(newest, read_only=True) as analytics:
        assert analytics.execute("SELECT version FROM as_at ORDER BY ALL").fetchall() == [(n,) for n in range(1, 7)]
        assert analytics.execute("SELECT count(*) FROM payments").fetchone() == (len(ROWS),)


@pytest.mark.long
def test_it_is_made_of_a_backup(ilf: TenantContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(str(recipient := pyrage.x25519.Identity.generate()))
    backup(ilf, tmp_path / "backup", [str(recipient.to_public())], OPERATOR, NOVEMBER)
    restored = partial(restore, tmp_path / "backup", tmp_path / "key", OPERATOR, now=NOVEMBER)
    with pytest.raises(NoGo, match=r"has a ledger of ilf already. Nothing was put there"):
        restored(settings=context(tmp_path / "third").settings)
    store = f"{ilf.settings.store}-again"
    for name, value in {"SILLER_STORE": store, "SILLER_OUTBOX": f"{ilf.settings.outbox}-again"}.items():
        monkeypatch.setenv(name, value)
    again = restored(settings=context(tmp_path / "fourth").settings)
    assert again.settings.store == store and list(problems(again)) == []
    release(context(tmp_path / "fifth"), RUN, NOVEMBER)
    with again.ledger.opened() as connection:
        assert "release" in runs.stages_done(connection, RUN)


def test_it_takes_in_an_answer_that_another_home_was_given_once(ilf: TenantContext, tmp_path: Path) -> None:
    other, third = context(tmp_path / "other"), context(tmp_path / "third")
    release(ilf, RUN, NOVEMBER)
    put("report of the bank.xml", b"of the bank", ilf.paths.bank_inbox("ilf"))
    assert [path.name for path in inbox(ilf)] == ["report of the bank.xml"], "which has it in the store from here on"
    store = shared_store(ilf.settings, ilf.mode, "ilf")
    assert store is not None
    [name] = [name for name in store.names() if name.startswith("answer-")]
    assert name.startswith(f"answer-{hashlib.sha256(b'of the bank').hexdigest()}-")
    with store.get(name) or BytesIO() as sealed:
        assert b"of the bank" not in sealed.read()
    put("report of the bank.xml", b"another day", third.paths.bank_inbox("ilf"))
    assert len(inbox(third)) == 2, "two of one name, by two days"
    waiting, waiting_too = inbox(other), inbox(ilf)
    assert sorted(path.read_bytes() for path in waiting) == [b"another day", b"of the bank"]
    assert [each.verdict for each in receive_all(other, waiting, NOVEMBER)] == [Verdict.SET_ASIDE] * 2
    assert [each.verdict for each in receive_all(ilf, waiting_too, NOVEMBER)] == [Verdict.KNOWN] * 2
    put_away(other)
    assert inbox(ilf) == inbox(other) == inbox(third) == []
    put("once more.xml", b"of the bank", ilf.paths.bank_inbox("ilf"))
    inbox(ilf)
    assert [each.verdict for each in receive_all(third, inbox(third), NOVEMBER)] == [Verdict.KNOWN]


def test_it_has_what_another_home_wrote_for_the_body(ilf: TenantContext, tmp_path: Path) -> None:
    other = context(tmp_path / "other")
    write_atomic(ilf.paths.left_out(RUN), b"a payee")
    write_atomic(ilf.paths.reports(RUN) / "reconciliation.html", b"a report")
    for each in (ilf, other):
        with each.ledger.opened():
            pass
    assert other.paths.left_out(RUN).read_bytes() == b"a payee"
    assert (other.paths.reports(RUN) / "reconciliation.html").read_bytes() == b"a report"
    store = shared_store(other.settings, other.mode, "ilf")
    assert store is not None
    assert all(b"payee" not in (store.text_of(name) or "").encode() for name in store.names() if "people-" in name)


def test_it_refuses_a_change_of_keys_by_one_home(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="all of them are given the same keys, and no home can change those of the others"):
        check_changeable(ilf)


def test_it_refuses_an_outbox_that_forgets_by_name(ilf: TenantContext, shared: Shared) -> None:
    check_remembers(ilf.settings, ilf.mode, "ilf")
    forgets = ilf.settings.model_copy(update={"outbox": f"s3://{BUCKET}/{shared.name}"})
    said = rf"The outbox s3://{BUCKET}/{shared.name}/rehearsal/ilf/ must not be used .* It has no object lock with a"
    with pytest.raises(NoGo, match=said):
        check_remembers(forgets, ilf.mode, "ilf")
    rule = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": f"{shared.name}/"}, "Expiration": {"Days": 9}}
    s3 = client(shared.server)
    s3.put_bucket_lifecycle_configuration(Bucket=LOCKED, LifecycleConfiguration={"Rules": [rule]})
    with pytest.raises(NoGo, match="Its lifecycle rule 'tidy' takes objects of this prefix away"):
        release(ilf, RUN, NOVEMBER)
    s3.delete_bucket_lifecycle(Bucket=LOCKED)


def test_what_a_flow_run_was_begun_with_is_known_in_every_home(
    ilf: TenantContext, shared: Shared, tmp_path: Path
) -> None:
    begun = {"tenant": "ilf", "period": "2026-11", "mode": "rehearsal", "today": None}
    here, other = ilf.settings, Settings(home=tmp_path / "other", modulus_table=None)
    flow_parameters.check_unchanged(here, "a-flow-run", begun, NOVEMBER)
    flow_parameters.note(here, "a-flow-run", begun)
    in_another_order = dict(reversed(begun.items()))
    flow_parameters.check_unchanged(other, "a-flow-run", in_another_order, NOVEMBER)
    flow_parameters.note(other, "a-flow-run", in_another_order)
    with pytest.raises(NoGo, match=r"changed in Prefect what this flow run is for.*period from 2026-11 to 2026-12"):
        flow_parameters.check_unchanged(other, "a-flow-run", begun | {"period": "2026-12"}, NOVEMBER)
