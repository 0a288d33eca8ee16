"""What an agreement says of a server: a key that is one, folders that lead nowhere else, and no secret."""

import pytest
import yaml

from schemas.agreement import Agreement
from schemas.no_go import NoGo
from tasks.settings import PROJECT
from tests.ssh_server import new_key
from tests.unit.schemas.test_agreement import ILF

# Of the published host keys of a public forge, in the form of its documentation.
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
SERVER = {"host": "payments.bank.example", "user": "ilf", "host_keys": f"[{ED25519}]", "folder": "/incoming"}


def agreement(**changes: str | None) -> Agreement:
    said = {name: value for name, value in (SERVER | changes).items() if value is not None}
    lines = "\n".join(f"  {name}: {value}" for name, value in said.items())
    return Agreement.parsed(f"{ILF}\nhand_over:\n{lines}\n".encode(), "agreement.yaml")


def test_a_server_is_agreed_on() -> None:
    agreed = agreement(answers="{folder: /outgoing/, moved_to: /outgoing/done}").hand_over
    assert agreed is not None
    assert (agreed.host, agreed.port, agreed.user, agreed.folder) == ("payments.bank.example", 22, "ilf", "/incoming")
    assert agreed.host_keys == (ED25519,)
    assert agreed.answers is not None
    assert (agreed.answers.folder, agreed.answers.moved_to) == ("/outgoing", "/outgoing/done")
    assert Agreement.parsed(ILF.encode(), "agreement.yaml").hand_over is None


WRONG = {
    "no key": ({"host_keys": "[]"}, "hand_over.host_keys"),
    "no host keys": ({"host_keys": None}, "hand_over.host_keys: is missing"),
    "a private key": ({"host_keys": "['-----BEGIN OPENSSH PRIVATE KEY-----']"}, "must be a public key as OpenSSH"),
    "a fingerprint": ({"host_keys": "['SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU']"}, "must be a public key"),
    "a key of another kind": (
        {"host_keys": f"['{ED25519.replace('ssh-ed25519', 'ssh-rsa')}']"},
        "must be a public key",
    ),
    "a key that is cut": ({"host_keys": "[ssh-ed25519 AAAAC3NzaC1]"}, "must be a public key"),
    "a key that its letter cut": (
        {"host_keys": "[ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6]"},
        "must be a public key",
    ),
    "a host behind the key": ({"host_keys": f"['{ED25519} bank']"}, "must be a public key"),
    "a password": ({"password": "hunter22"}, "hand_over.password: siller knows no such key"),
    "a password beside the user": ({"user": "'ilf:hunter22'"}, "hand_over.user"),
    "a path for a host": ({"host": "bank.example/incoming"}, "hand_over.host"),
    "a port that is none": ({"port": "0"}, "hand_over.port"),
    "a folder above": ({"folder": "/incoming/../etc"}, "must not lead upwards"),
    "a folder with a line in it": ({"folder": '"/a\\nb"'}, "hand_over.folder"),
    "answers among the files": ({"answers": "{folder: /incoming/}"}, "must be folders of their own"),
    "answers among the files, in other words": (
        {"folder": "incoming", "answers": "{folder: ./incoming}"},
        "must be folders of their own",
    ),
    "answers among the files, by a stroke": (
        {"answers": "{folder: //incoming}"},
        "must be folders of their own",
    ),
    "answers moved where they are": (
        {"answers": "{folder: /outgoing, moved_to: /outgoing}"},
        "must be folders of their own",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_refused_by_its_key_and_not_repeated(kind: str) -> None:
    changes, said = WRONG[kind]
    with pytest.raises(NoGo) as refused:
        agreement(**changes)
    assert said in str(refused.value)
    assert "hunter22" not in str(refused.value)


def with_a_provider(bank: str, provider: str, user: str = "ilf") -> Agreement:
    """Both servers are one, by name; each has these folders."""
    said = yaml.safe_load((PROJECT / "data_contracts" / "cash" / "agreement.yaml").read_text(encoding="utf-8"))
    said["hand_over"], said["vouchers"]["hand_over"] = (
        yaml.safe_load(f"{{host: sftp.example, user: {name}, host_keys: [{ED25519}], {folders}}}")
        for name, folders in (("ilf", bank), (user, provider))
    )
    return Agreement.parsed(yaml.safe_dump(said).encode(), "agreement.yaml")


OF_BANK = "folder: /incoming, answers: {folder: /outgoing, moved_to: /outgoing/done}"


@pytest.mark.parametrize(
    "provider",
    [
        "folder: /vouchers, answers: {folder: /incoming, moved_to: /vouchers/done}",
        "folder: /vouchers, answers: {folder: /outgoing}",
        "folder: /vouchers, answers: {folder: /answers, moved_to: /incoming}",
        "folder: /outgoing, answers: {folder: /answers}",
    ],
    ids=["payment files", "answers", "moved there", "vouchers"],
)
def test_what_is_one_takers_is_never_taken_for_the_others(provider: str) -> None:
    """Fetched from there, a payment file would be moved away from the bank as an answer of the provider's."""
    with pytest.raises(NoGo, match="the answers of each must have folders of their own"):
        with_a_provider(OF_BANK, provider)
    assert with_a_provider(OF_BANK, provider, user="vouchers").vouchers


def test_one_place_may_take_both_files() -> None:
    assert with_a_provider(OF_BANK, "folder: /incoming, answers: {folder: /answers}").vouchers


@pytest.mark.parametrize("number", range(3))
def test_what_openssh_writes_is_one(number: int) -> None:
    key = new_key()[1]
    agreed = agreement(host_keys=f"['{key}']").hand_over
    assert agreed is not None
    assert agreed.host_keys == (key,)


BUCKET = {
    "endpoint": "https://s3.eu-west-2.amazonaws.com",
    "region": "eu-west-2",
    "bucket": "payments-bank-example",
    "prefix": "incoming/ilf/",
}


def with_a_bucket(more: str = "", **changes: str) -> Agreement:
    lines = "\n".join(f"  {name}: {value!r}" for name, value in (BUCKET | changes).items())
    return Agreement.parsed(f"{ILF}\nhand_over_s3:\n{lines}\n{more}".encode(), "agreement.yaml")


def test_a_bucket_is_agreed_on() -> None:
    agreed = with_a_bucket()
    assert agreed.hand_over is None
    assert agreed.handed_over_to == agreed.hand_over_s3
    assert agreed.handed_over_to is not None
    assert agreed.handed_over_to.host == "s3.eu-west-2.amazonaws.com"


WRONG_BUCKETS = {
    "in the clear": ({"endpoint": "http://s3.example"}, "hand_over_s3.endpoint: must begin with https://"),
    "no prefix": ({"prefix": ""}, "hand_over_s3.prefix"),
    "a prefix that is no folder": ({"prefix": "incoming"}, "hand_over_s3.prefix"),
    "a prefix from the root": ({"prefix": "/incoming/"}, "hand_over_s3.prefix"),
    "an address for a bucket": ({"bucket": "s3://payments"}, "hand_over_s3.bucket"),
    "a secret": ({"secret": "hunter22"}, "hand_over_s3.secret: siller knows no such key"),
    "a server beside it": (
        {"more": f"hand_over: {{host: a.example, user: ilf, host_keys: ['{ED25519}'], folder: /incoming}}\n"},
        "hand_over names a server already",
    ),
}


@pytest.mark.parametrize("kind", WRONG_BUCKETS)
def test_a_bucket_that_is_wrong_is_refused_by_its_key(kind: str) -> None:
    changes, said = WRONG_BUCKETS[kind]
    with pytest.raises(NoGo) as refused:
        with_a_bucket(**changes)
    assert said in str(refused.value)
    assert "hunter22" not in str(refused.value)
