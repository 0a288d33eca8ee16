"""The channels, each against a server of its own: what arrives, what is never said in the clear, and how it fails."""

import socket
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import jwt
import pytest
from apprise.plugins.slack import NotifySlack

from schemas.agreement import Agreement
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.notices.agreed import Channel, Email, Notices, Notify, Tell
from schemas.notices.catalogue import NoticeEvent
from schemas.pay_run import Mode
from tasks.notices.channels.channel import Down, Refused, Unclear
from tasks.notices.channels.webhook import _part
from tasks.notices.dispatch import channels_of
from tasks.notices.notice import Letter
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.month import context
from tests.told import SENDER, Asked, Mute, Post, Rude, free_port, http_server, smtp_server

NOW = datetime(2026, 11, 26, 12, tzinfo=LONDON)
LETTER = Letter("sender@siller.example", "Independent Living Fund: released", "What to do: nothing.\n", "ab" * 16)
SERVICE, SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0", "26785a09-ab16-4eb0-8407-a37497a57506"
NOTIFY_KEY = f"siller-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@pytest.fixture
def of(tmp_path: Path) -> TenantContext:
    return context(tmp_path, Mode.LIVE)


def send(of: TenantContext, channel: Channel, **described: object) -> None:
    tell = Tell(role="sender", by=channel, events=(NoticeEvent.RELEASED,))
    notices = Notices.model_validate({"tell": (tell,), **described})
    channels_of(of, of.agreement.model_copy(update={"notices": notices}), NOW)[channel](LETTER)


def keep_key(of: TenantContext, use: str, key: str) -> None:
    path = of.paths.key("ilf", use)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(key)


def test_an_email_is_dated_by_the_clock_that_counts_and_known_again_by_its_id(of: TenantContext) -> None:
    with smtp_server(port := free_port(), Post()) as post:
        for _ in range(2):
            send(of, Channel.EMAIL, email=Email(host="127.0.0.1", port=port, sender=SENDER))
    first, again = post.letters
    assert (first["From"], first["To"], first["Subject"]) == (SENDER, LETTER.to, LETTER.subject)
    assert first["Message-ID"] == again["Message-ID"] == f"<{'ab' * 16}@siller.example>"
    assert (
        first["Date"] == "Thu, 26 Nov 2026 12:00:00 +0000" and first.get_content().replace("\r\n", "\n") == LETTER.body
    )


def test_without_tls_nothing_is_said_to_another_machine(of: TenantContext) -> None:
    """0.0.0.0 is this machine, and not by its loopback address."""
    keep_key(of, "smtp", "siller:a password of another house".replace(" ", "-"))
    with smtp_server(port := free_port(), Post()) as post, pytest.raises(Down, match="cannot be spoken to") as said:
        send(of, Channel.EMAIL, email=Email(host="0.0.0.0", port=port, sender=SENDER))
    assert post.letters == [] and "password" not in str(said.value)


def test_an_address_that_the_server_refuses_is_no_fault_of_the_channel(of: TenantContext) -> None:
    tell = Tell(role="sender", by=Channel.EMAIL, events=(NoticeEvent.RELEASED,))
    with smtp_server(port := free_port(), Post()) as post:
        described = Email(host="127.0.0.1", port=port, sender=SENDER)
        agreement = of.agreement.model_copy(update={"notices": Notices(email=described, tell=(tell,))})
        with pytest.raises(Refused, match="nothing for that address"):
            channels_of(of, agreement, NOW)[Channel.EMAIL](replace(LETTER, to="gone.person@ilf.example"))
    assert post.letters == []


def test_a_letter_that_was_taken_is_sent_whatever_the_server_says_to_a_goodbye(of: TenantContext) -> None:
    with smtp_server(port := free_port(), Rude()) as post:
        send(of, Channel.EMAIL, email=Email(host="127.0.0.1", port=port, sender=SENDER))
    assert len(post.letters) == 1


def test_a_letter_of_which_no_word_comes_back_may_have_been_taken(of: TenantContext) -> None:
    with smtp_server(port := free_port(), Mute()) as post, pytest.raises(Unclear, match="did not say that it took it"):
        send(of, Channel.EMAIL, email=Email(host="127.0.0.1", port=port, sender=SENDER))
    assert len(post.letters) == 1


@pytest.mark.parametrize("takes_all_letters", [True, False])
def test_an_address_with_other_letters_is_a_matter_of_that_address(of: TenantContext, takes_all_letters: bool) -> None:
    tell = Tell(role="sender", by=Channel.EMAIL, events=(NoticeEvent.RELEASED,))
    port, letter = free_port(), replace(LETTER, to="zoë@ilf.example")
    notices = Notices(email=Email(host="127.0.0.1", port=port, sender=SENDER), tell=(tell,))
    by_email = channels_of(of, of.agreement.model_copy(update={"notices": notices}), NOW)[Channel.EMAIL]
    with smtp_server(port, Post(), takes_all_letters) as post:
        if takes_all_letters:
            by_email(letter)
        else:
            with pytest.raises(Refused, match="takes no address with letters"):
                by_email(letter)
    assert [to for to, _ in post.told] == ([letter.to] if takes_all_letters else [])


def test_notify_that_is_asked_and_hangs_up_may_have_taken_it(of: TenantContext) -> None:
    keep_key(of, "notify", NOTIFY_KEY)
    with socket.create_server(("127.0.0.1", 0)) as server:
        hangs_up = threading.Thread(target=lambda: server.accept()[0].close())
        hangs_up.start()
        with pytest.raises(Unclear, match="was asked, and did not say"):
            send(
                of, Channel.NOTIFY, notify=Notify(template=TEMPLATE, url=f"http://127.0.0.1:{server.getsockname()[1]}")
            )
        hangs_up.join()


def test_notify_is_asked_as_its_api_wants_it(of: TenantContext) -> None:
    keep_key(of, "notify", NOTIFY_KEY)
    with http_server(port := free_port(), Asked()) as asked:
        send(of, Channel.NOTIFY, notify=Notify(template=TEMPLATE, url=f"http://127.0.0.1:{port}"))
    ((path, headers, said),) = asked.requests
    assert path == "/v2/notifications/email"
    assert said == {
        "email_address": LETTER.to,
        "template_id": TEMPLATE,
        "personalisation": {"subject": LETTER.subject, "body": LETTER.body},
        "reference": LETTER.reference,
    }
    token = headers["Authorization"].removeprefix("Bearer ")
    assert jwt.decode(token, SECRET, algorithms=["HS256"])["iss"] == SERVICE


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (429, Down), (500, Down)], ids=str)
def test_what_notify_does_not_take_is_told_by_its_number_alone(
    of: TenantContext, status: int, kind: type[NoGo]
) -> None:
    keep_key(of, "notify", NOTIFY_KEY)
    with http_server(port := free_port(), Asked(status)), pytest.raises(kind) as said:
        send(of, Channel.NOTIFY, notify=Notify(template=TEMPLATE, url=f"http://127.0.0.1:{port}"))
    assert str(said.value) == f"GOV.UK Notify did not take it ({status})."


def test_notify_that_is_not_there_and_a_key_that_is_not_are_said(of: TenantContext) -> None:
    nowhere = Notify(template=TEMPLATE, url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Down, match=r"The key store has no ilf\.notify: put it into"):
        send(of, Channel.NOTIFY, notify=nowhere)
    keep_key(of, "notify", "not a key")
    with pytest.raises(Down, match=r"is not the key ilf\.notify: it is to be an API key of GOV\.UK Notify") as said:
        send(of, Channel.NOTIFY, notify=nowhere)
    assert "not a key" not in str(said.value)
    keep_key(of, "notify", NOTIFY_KEY)
    with pytest.raises(Down, match=r"did not take it \(503\)"):
        send(of, Channel.NOTIFY, notify=nowhere)


def test_a_webhook_is_posted_to_once_the_key_store_has_its_address(
    of: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(port := free_port(), Asked(200)) as asked:
        monkeypatch.setenv("SILLER_KEYS", f'{{"ilf.webhook": "json://127.0.0.1:{port}/room"}}')
        send(of, Channel.WEBHOOK)
        ((path, _, said),) = asked.requests
        assert (path, said["title"], said["message"].strip()) == ("/room", LETTER.subject, LETTER.body.strip())
        asked.status = 500
        with pytest.raises(Down, match="did not take it"):
            send(of, Channel.WEBHOOK)


@pytest.mark.parametrize(
    "address", ["json://192.0.2.1/room", "mailto://user:pass@ilf.example", "nothing://at.all", "slack://room"]
)
def test_a_webhook_in_the_clear_or_to_something_else_is_none(of: TenantContext, address: str) -> None:
    keep_key(of, "webhook", address)
    with pytest.raises(Down, match="is no address of Slack") as said:
        send(of, Channel.WEBHOOK)
    assert "192.0.2.1" not in str(said.value) and "pass" not in str(said.value)


@pytest.mark.parametrize(
    "address",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
        "workflows://prod-12.westeurope.logic.azure.com:443/643e4a5a/abc123/",
        "jsons://pay.ilf.example/room",
    ],
    ids=["slack", "teams", "another"],
)
def test_the_addresses_of_the_docs_are_read_and_posted_to_under_tls(address: str) -> None:
    part = _part(address)
    assert part is not None
    assert part.secure or (isinstance(part, NotifySlack) and part.webhook_url.startswith("https://"))


AGREEMENT = (Settings().contracts / "ilf" / "agreement.yaml").read_text(encoding="utf-8")
TELLS = "  tell: [{role: %s, by: %s, events: [%s]}]\n"


@pytest.mark.parametrize(
    ("notices", "said"),
    [
        (TELLS % ("approver", "email", "released"), "approver is told by email, and nothing says how: describe email"),
        (TELLS % ("payee", "webhook", "released"), "'payee' is told of something, and nobody has that role"),
        (TELLS % ("approver", "webhook", "everything"), "events"),
        (TELLS % ("approver", "pigeon", "released"), "by"),
        ("  notify: {template: x}\n" + TELLS % ("approver", "notify", "released"), "template"),
        (
            f"  notify: {{template: {TEMPLATE}, url: 'http://notify.example'}}\n"
            + TELLS % ("approver", "notify", "released"),
            "must begin with https://",
        ),
        ("  pages: http://pay.ilf.example\n" + TELLS % ("sender", "webhook", "released"), "must begin with https://"),
    ],
    ids=["no server", "no role", "no event", "no channel", "no template", "in the clear", "pages in the clear"],
)
def test_an_agreement_that_could_tell_nobody_is_turned_away(notices: str, said: str) -> None:
    with pytest.raises(NoGo, match=said):
        Agreement.parsed(f"{AGREEMENT}notices:\n{notices}".encode(), "agreement.yaml")


def test_a_name_that_is_no_address_is_told_by_no_letter() -> None:
    text = AGREEMENT.replace("sender@siller.example", "the sender")
    email = f"  email: {{host: smtp.ilf.example, sender: {SENDER}}}\n"
    with pytest.raises(NoGo, match="the sender is told by email, and that name is no address"):
        Agreement.parsed(f"{text}notices:\n{email}{TELLS % ('sender', 'email', 'released')}".encode(), "agreement.yaml")
