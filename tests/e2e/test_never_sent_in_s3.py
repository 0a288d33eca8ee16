"""A file that was never sent and stands in a bucket: siller seals it, and frees nobody while it stands there."""

import hashlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.storage.custody import list_sealed
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tests.e2e.s3 import BUCKET, CREDENTIALS, Way, client, objects, s3_server, way_to
from tests.month import context, released
from tests.unit.tasks.exceptions.test_settle import OPERATOR, RUN, SENDER, enrol, is_whole, states, two
from tests.unit.tasks.submit.test_never_sent import FILE, LATER, REASON

_prefixes = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3") / "moto.log") as address:
        yield address


@pytest.fixture
def way(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    with way_to(server) as opened:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": opened.address}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01)
        yield opened


@pytest.fixture
def prefix(monkeypatch: pytest.MonkeyPatch) -> str:
    """What the keys of this test's outbox begin with."""
    number = next(_prefixes)
    monkeypatch.setenv("SILLER_OUTBOX", f"s3://{BUCKET}/{number}")
    return f"{number}/rehearsal/ilf/"


@pytest.fixture
def ilf(tmp_path: Path, way: Way, prefix: str) -> TenantContext:
    of = context(tmp_path / "home")
    assert released(of) == RUN
    enrol(of, OPERATOR, SENDER)
    return of


def said(of: TenantContext) -> None:
    people, at = two(SENDER, OPERATOR)
    take_back(of, RUN, REASON, people, at, LATER)


def standing(server: str, prefix: str) -> dict[str, bytes]:
    return {key.removeprefix(prefix): data for key, data in objects(server).items() if key.startswith(prefix)}


def remove(server: str, prefix: str, *names: str) -> None:
    for name in names:
        client(server).delete_object(Bucket=BUCKET, Key=f"{prefix}{name}")


def test_it_is_sealed_and_frees_nobody_while_it_stands_in_the_bucket(
    server: str, prefix: str, ilf: TenantContext
) -> None:
    before = standing(server, prefix)
    for _ in range(2):
        with pytest.raises(NoGo, match=r"siller may not remove it there\. The file is sealed"):
            said(ilf)
    assert standing(server, prefix) == before
    assert hashlib.sha256(before[FILE]).hexdigest() in list_sealed(ilf.paths, ilf.tenant)
    assert states(ilf) == {"released": 3}
    assert is_whole(ilf)


def test_once_file_and_manifest_are_removed_everybody_in_it_is_free(
    server: str, prefix: str, ilf: TenantContext
) -> None:
    with pytest.raises(NoGo, match="The file is sealed"):
        said(ilf)
    remove(server, prefix, *standing(server, prefix))
    said(ilf)
    assert states(ilf) == {"free: not_sent": 3}
    assert is_whole(ilf)


def test_a_manifest_that_is_left_is_asked_for(server: str, prefix: str, ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="The file is sealed"):
        said(ilf)
    remove(server, prefix, FILE)
    with pytest.raises(NoGo, match=rf"has {FILE}\.manifest\.json"):
        said(ilf)
    assert states(ilf) == {"released": 3}
    remove(server, prefix, f"{FILE}.manifest.json")
    said(ilf)
    assert states(ilf) == {"free: not_sent": 3}


def test_what_was_removed_before_it_was_sealed_may_have_been_sent(server: str, prefix: str, ilf: TenantContext) -> None:
    remove(server, prefix, FILE)
    with pytest.raises(NoGo, match="whoever took it away may have sent it"):
        said(ilf)
    assert states(ilf) == {"released": 3}


@pytest.mark.parametrize("fault", [*(pytest.param(each, marks=pytest.mark.long) for each in ("500", "403")), "cut"])
def test_a_bucket_that_fails_is_a_sentence(server: str, way: Way, prefix: str, ilf: TenantContext, fault: str) -> None:
    way.wrong = [("GET", fault)] * 5
    with pytest.raises(NoGo, match=r"The outbox s3://payments/.* cannot be used"):
        said(ilf)
    assert states(ilf) == {"released": 3}
    assert set(standing(server, prefix)) == {FILE, f"{FILE}.manifest.json"}


def test_a_file_that_came_back_into_the_bucket_is_found(server: str, prefix: str, ilf: TenantContext) -> None:
    content = standing(server, prefix)[FILE]
    with pytest.raises(NoGo, match="The file is sealed"):
        said(ilf)
    remove(server, prefix, *standing(server, prefix))
    said(ilf)
    client(server).put_object(Bucket=BUCKET, Key=f"{prefix}{FILE}", Body=content)
    assert not is_whole(ilf)
