"""Each notice is sent once, also through an hour without a server, a kill in between and two looks at once."""

import fcntl
import os
import pickle
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.service.books import Books
from flows.service.dispatcher import tell_people
from flows.service.standing import Picture, picture
from schemas.agreement import Agreement, Person, Role
from schemas.bank_days import LONDON
from schemas.notices.agreed import Channel, Tell
from schemas.notices.catalogue import NoticeEvent
from schemas.pay_run import Mode
from tasks.advisories import Look, hash_lock
from tasks.carried_data import InLedger
from tasks.notices import dispatch as sending
from tasks.notices.book import Outcome, list_kept, list_untold
from tasks.notices.dispatch import channels_of
from tasks.notices.due import Due, list_due
from tasks.notices.known import find_known
from tasks.notices.notice import MAY_COME_TWICE, list_addressed
from tasks.reconcile.receive import inbox, receive_all
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import ROWS, context, deliver, ingest, released
from tests.people import adopt
from tests.published_table import published_table
from tests.told import Mute, Post, body_told, free_port, smtp_server

RUN = "ilf-2026-11-live-1"
SENDER, UPLOADER = "sender@siller.example", "finance.officer@ilf.example"
NOON = datetime(2026, 11, 26, 12, tzinfo=LONDON)
"""Of the day on which November's file is to be sent by 22:00."""
NOTICES = """\
  pages: https://pay.ilf.example
  email: {{host: 127.0.0.1, port: {port}, sender: payments@siller.example}}
  tell:
    - {{role: sender, by: email, events: [to_be_submitted, about_to_run_out, not_submitted_in_time]}}
    - {{role: uploader, by: email, events: [released]}}
"""
TWO = [
    (UPLOADER, "Independent Living Fund, November 2026: released"),
    (SENDER, "Independent Living Fund, November 2026: a released file is to be submitted"),
]


class Body(NamedTuple):
    """A body whose November is released, where it stands at noon, and the port of its SMTP server."""

    of: TenantContext
    port: int
    noon: Picture

    def tell(self, now: datetime = NOON) -> list[str]:
        """A look at this time, on which everything stands as at noon: the same is due."""
        return tell_people(self.noon, now)

    @property
    def kept(self) -> list[tuple[str, str, int]]:
        with self.of.ledger.opened() as connection:
            kept = list_kept(connection)
            assert bool(list(list_untold(connection, "ilf"))) is any(row.outcome == Outcome.FAILED for row in kept)
            return sorted((row.event, row.outcome, row.tries) for row in kept)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, Picture]:
    home, port = tmp_path_factory.mktemp("told"), free_port()
    published_table(home / "table")
    of = body_told(home, NOTICES.format(port=port))
    assert released(of) == RUN
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("PREFECT_API_URL", raising=False)
        return home, port, picture([of], of.settings.home, NOON)


@pytest.fixture
def body(made: tuple[Path, int, Picture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Body:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    home = shutil.copytree(made[0], tmp_path / "body")
    settings = Settings(home=home / "home", modulus_table=home / "table", contracts=home / "contracts")
    of = TenantContext("ilf", Mode.LIVE, settings)
    (books,) = made[2].books
    return Body(of, made[1], replace(made[2], books=(replace(books, context=of),)))


def test_the_ledger_says_what_was_done_and_whom_to_tell(body: Body) -> None:
    (books,) = body.noon.books
    assert books.known is not None and books.known.agreement == body.of.agreement
    done = books.known.done[RUN]
    assert done.judged and done.approved and done.released and (done.answered, done.left_out) == (None, 0)


def test_each_is_told_once_however_often_and_late_it_is_looked(body: Body) -> None:
    with smtp_server(body.port, Post()) as post:
        assert len(body.tell()) == 2
        assert sorted(post.told) == TWO
        assert body.tell() == body.tell(NOON + timedelta(hours=5)) == []
        (soon,) = body.tell(NOON + timedelta(hours=8))
        assert soon.startswith(f"about_to_run_out of {RUN}")
        later = NOON + timedelta(days=1)  # a day without a look: what is so now is told, once
        seen = picture([body.of], body.of.settings.home, later)
        assert len(tell_people(seen, later)) == 1
        not_in_time = "Independent Living Fund, November 2026: not submitted in time, as far as siller knows"
        assert post.told[-1] == (SENDER, not_in_time)
        assert tell_people(seen, later) == []


def test_a_letter_says_what_to_do_how_much_until_when_and_where_and_nothing_of_a_payee(body: Body) -> None:
    with smtp_server(body.port, Post()) as post:
        body.tell()
    letter = next(letter for letter in post.letters if letter["To"] == SENDER)
    said = letter.get_content()
    for part in ("3 payments, £5,931.60", "22:00 on Thursday 26 November 2026", "https://pay.ilf.example", RUN):
        assert part in said
    assert "Send it to the bank, or vouchers to their provider, then say so" in said
    assert f"siller submitted {RUN}" in said
    assert MAY_COME_TWICE not in said
    assert letter["Date"] == "Thu, 26 Nov 2026 12:00:00 +0000"
    everything = " ".join(letter.as_string() for letter in post.letters)
    assert not [cell for row in ROWS for cell in row.split(",") if len(cell) > 4 and cell in everything]


def test_an_hour_without_a_server_loses_nothing_and_is_an_alarm(body: Body) -> None:
    tried = [said for minute in (0, 1, 3, 7, 15, 31) for said in body.tell(NOON + timedelta(minutes=minute))]
    assert {said.rpartition(": ")[2] for said in tried} == {
        "failed. The server 127.0.0.1 cannot be spoken to (ConnectionRefusedError)."
    }
    assert max(tries for *_, tries in body.kept) == 6, "each pause is twice as long as the one before"
    with body.of.ledger.opened() as connection:
        (alarm,) = list_untold(connection, "ilf")
    assert alarm.startswith("ilf: 2 notices could not be sent by email since 12:00 on 26 November 2026: The server")
    with smtp_server(body.port, Post()) as post:
        for minute in (60, 64):
            body.tell(NOON + timedelta(minutes=minute))
        assert sorted(post.told) == TWO
        assert not [letter for letter in post.letters if MAY_COME_TWICE in letter.get_content()]
    assert {outcome for _, outcome, _ in body.kept} == {"sent"}


LOOK = """
import pickle, sys
from datetime import datetime
from pathlib import Path
from tasks.notices.dispatch import channels_of, dispatch

context, agreement, notices, now = pickle.loads(Path(sys.argv[1]).read_bytes())
dispatch(context, agreement, notices, channels_of(context, agreement, now), now, is_all=False)
"""


def test_killed_between_sending_and_writing_down_one_comes_twice_and_says_so(body: Body) -> None:
    """The server has the whole letter, and kills siller before it says so."""
    given, post = body.of.settings.home.parent / "given", Post()
    agreement = body.of.agreement
    fresh = TenantContext("ilf", Mode.LIVE, body.of.settings)
    given.write_bytes(pickle.dumps((fresh, agreement, list(list_addressed(agreement, due(body))), NOON)))
    with smtp_server(body.port, post):
        command = [sys.executable, "-c", LOOK, str(given)]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        process = subprocess.Popen(command, cwd=PROJECT, env=environment)
        post.before_reply = process.kill
        assert process.wait(60) == -signal.SIGKILL
        assert len(post.letters) == 1 and Outcome.BEGUN in {outcome for _, outcome, _ in body.kept}
        post.before_reply = lambda: None
        body.tell(NOON + timedelta(minutes=1))
        body.tell(NOON + timedelta(minutes=2))
    first, *others = post.letters
    again = [letter for letter in others if letter["Message-ID"] == first["Message-ID"]]
    assert len(post.letters) == 3 and len(again) == 1
    assert MAY_COME_TWICE in again[0].get_content()
    assert sum(MAY_COME_TWICE in letter.get_content() for letter in post.letters) == 1
    assert {outcome for _, outcome, _ in body.kept} == {"sent"}


def test_what_a_server_took_without_a_word_comes_twice_and_says_so(body: Body) -> None:
    with smtp_server(body.port, Mute()) as mute:
        body.tell()
    (first,) = mute.letters  # after it nothing more is handed to that server
    assert MAY_COME_TWICE not in first.get_content()
    with smtp_server(body.port, Post()) as post:
        body.tell(NOON + timedelta(minutes=1))
    said = {letter["Message-ID"]: MAY_COME_TWICE in letter.get_content() for letter in post.letters}
    assert len(said) == 2 and [each for each, twice in said.items() if twice] == [first["Message-ID"]]


def test_a_clock_that_was_ahead_keeps_nobody_waiting_once_it_is_right(body: Body) -> None:
    body.tell(NOON + timedelta(hours=5))
    assert {outcome for _, outcome, _ in body.kept} == {"failed"}
    with smtp_server(body.port, Post()) as post:
        body.tell(NOON + timedelta(minutes=1))
    assert sorted(post.told) == TWO


def test_one_address_that_is_gone_keeps_nobody_else_from_being_told(body: Body) -> None:
    agreement = body.of.agreement
    people = (*agreement.people[1:], Person(name=f"gone.{UPLOADER}", roles=(Role.UPLOADER,)))
    with smtp_server(body.port, Post()) as post:
        said = dispatched(body, agreement.model_copy(update={"people": people}), due(body))
        assert [to for to, _ in post.told] == [SENDER]
        assert any("takes nothing for that address (550)" in each for each in said)


def test_what_is_over_before_it_could_be_sent_is_sent_no_more(body: Body) -> None:
    dispatched(body, body.of.agreement, due(body))
    with smtp_server(body.port, Post()) as post:
        news = [each for each in due(body) if each.event is NoticeEvent.RELEASED]
        dispatched(body, body.of.agreement, news, NOON + timedelta(minutes=1))
        assert [to for to, _ in post.told] == [UPLOADER]
        assert body.kept == [("released", "sent", 2), ("to_be_submitted", "over", 1)]
        # It is so again, and was told to nobody.
        dispatched(body, body.of.agreement, due(body), NOON + timedelta(minutes=2))
        assert sorted(post.told) == TWO


def test_two_that_look_at_once_are_one(body: Body) -> None:
    with body.of.paths.notices("ilf").open("w") as other, smtp_server(body.port, Post()) as post:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert body.tell() == post.told == []
        fcntl.flock(other, fcntl.LOCK_UN)
        assert len(body.tell()) == 2


def test_the_adopted_agreement_alone_says_whom_to_tell(body: Body) -> None:
    """Whoever changes the file in the folder has told nobody, and nobody of theirs is told."""
    file = body.of.settings.contracts / "ilf" / "agreement.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(SENDER, "thief@elsewhere.example"), encoding="utf-8")
    changed = TenantContext("ilf", Mode.LIVE, body.of.settings)
    assert changed.agreement.people_with(Role.SENDER) == ("thief@elsewhere.example",)
    with smtp_server(body.port, Post()) as post:
        tell_people(picture([changed], changed.settings.home, NOON), NOON)
        assert sorted(post.told) == TWO


def test_two_bodies_never_get_each_others_notices(body: Body) -> None:
    home = body.of.settings.home.parent
    shutil.copytree(PROJECT / "data_contracts" / "kirkmuir", home / "contracts" / "kirkmuir")
    agreed = NOTICES.format(port=body.port).replace("[released]", "[extract_due_soon]")
    theirs = body_told(home, f"  extract_soon_hours: 150\n{agreed}", "kirkmuir")
    adopt(theirs)
    with smtp_server(body.port, Post()) as post:
        both = picture([theirs], body.of.settings.home, NOON)
        tell_people(
            replace(both, books=(*body.noon.books, *both.books), standings=(*body.noon.standings, *both.standings)),
            NOON,
        )
    assert [(to, said) for to, said in sorted(post.told) if said.startswith("Independent")] == TWO
    others = {to for to, said in post.told if said.startswith("Kirkmuir Council")}
    assert others == {"payments.team@kirkmuir.example"}
    assert len(post.told) == 2 + len([1 for _, said in post.told if said.endswith("the extract is due soon")])
    with theirs.ledger.opened() as connection:
        assert {row.person for row in list_kept(connection)} == others


def test_files_set_aside_are_told_apart_by_what_is_in_them_and_no_name_of_theirs_is_told(body: Body) -> None:
    """Two names that begin alike, and one with a payee in it."""
    folder = body.of.paths.bank_inbox("ilf")
    folder.mkdir(parents=True)
    for number, name in enumerate(("input-report-0126.xml", "input-report-0127.xml", "Jane Smith.xml")):
        (folder / name).write_text(f"<nonsense>{number}</nonsense>", encoding="utf-8")
    receive_all(body.of, inbox(body.of), NOON)
    seen = picture([body.of], body.of.settings.home, NOON)
    (books,) = seen.books
    assert books.known is not None
    found = list(list_due(books.known, body.of.calendar, seen.standings, NOON))
    aside = [each for each in found if each.event is NoticeEvent.FILE_SET_ASIDE]
    assert len({each.about for each in aside}) == 3
    assert not [each for each in aside if "Jane" in str(each) or "input" in str(each)]


def test_the_body_is_told_of_rows_that_are_held_as_of_those_that_are_refused(body: Body) -> None:
    """Who was paid already is held, and who has no name is refused: neither is paid unless the body does something."""
    has_no_name = ROWS[0].replace("ILF100002", "ILF100009").replace("Royal & Ancient Holdings plc", "")
    rows = [row.replace("30/11/2026", "04/12/2026") for row in (ROWS[1], has_no_name)]
    deliver(body.of, rows, "more.csv", kind="supplementary", pay_date="2026-12-04")
    run_id = ingest(body.of, NOON, "flow-2")
    validate(body.of, run_id, NOON)
    seen = picture([body.of], body.of.settings.home, NOON)
    (books,) = seen.books
    assert books.known is not None
    found = list_due(books.known, body.of.calendar, seen.standings, NOON)
    assert [(each.about, each.count) for each in found if each.event is NoticeEvent.REFUSED_ROWS] == [(run_id, "2")]


def test_a_look_at_the_advisories_counts_in_whichever_ledger_it_is(body: Body) -> None:
    (books,) = body.noon.books
    assert books.known is not None and books.known.agreement.notices is not None
    asked = Tell(role=Role.OPERATOR, by=Channel.EMAIL, events=(NoticeEvent.DATA_LAPSES,))
    notices = books.known.agreement.notices.model_copy(update={"tell": (asked,)})
    agreement = books.known.agreement.model_copy(update={"notices": notices})
    books = replace(books, known=replace(books.known, agreement=agreement))
    looked = InLedger(look=Look("operator@siller.example", NOON.date(), hash_lock()))
    kirkmuir = TenantContext("kirkmuir", Mode.LIVE, Settings(contracts=PROJECT / "data_contracts"))
    with_a_look = Books(kirkmuir, carried=looked)
    with smtp_server(body.port, Post()) as post:
        tell_people(replace(body.noon, books=(books, with_a_look)), NOON)
        # Where a ledger is busy, nobody knows whether it has a look.
        tell_people(replace(body.noon, books=(books,), busy=("somebody works on it",)), NOON)
        assert post.told == []
        tell_people(replace(body.noon, books=(books,)), NOON)
    told = "Independent Living Fund, November 2026: Advisories on packages to be renewed"
    assert post.told == [("operator@siller.example", told)]


def test_without_notices_in_the_agreement_nobody_is_told_anything(tmp_path: Path) -> None:
    of = context(tmp_path, Mode.LIVE)
    adopt(of)
    with of.ledger.opened() as connection:
        assert find_known(connection, of, ()) is None


def due(body: Body) -> list[Due]:
    (books,) = body.noon.books
    assert books.known is not None
    return list(list_due(books.known, body.of.calendar, body.noon.standings, NOON))


def dispatched(body: Body, agreement: Agreement, found: list[Due], now: datetime = NOON) -> list[str]:
    """A look after which nothing else is due."""
    notices = list(list_addressed(agreement, found))
    return sending.dispatch(body.of, agreement, notices, channels_of(body.of, agreement, now), now, is_all=True)
