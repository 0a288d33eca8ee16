"""Open a continuity file, with neither Prefect nor the ledger: both may be what is down.

So nothing that imports DuckDB or Prefect is imported here, and who opens it is asked of the agreement and the
operating system alone.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import pyrage

from schemas.agreement import Agreement, Person, Role
from schemas.approval import canonical
from schemas.incoming import Incoming, open_incoming, read
from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.sanitise import sanitise
from tasks.continuity.openings import Opening, note
from tasks.settings import Settings
from tasks.storage.bucket_address import shared_store
from tasks.storage.paths import Paths

_LONGEST_REASON = 300


def open_file(settings: Settings, run_id: str, who: str, reason: str, to: Path, now: datetime) -> Opening:
    """Decrypt a run's continuity file, after the opening is noted on disk.

    Args:
        settings: of this machine.
        run_id: the run.
        who: an operator or the decision owner, as the agreement names them.
        reason: why, for those who have to settle it.
        to: where the payments are to stand, in plain text; nothing may be there yet.
        now: the time that counts.

    Raises:
        NoGo: the run left no continuity file, the person may not open it, there is no reason, the key does not
            open it, something is at ``to``, or homes share the ledger and the opening cannot be noted in their store:
            another home could pay the same.
    """
    run = PayRun.of(run_id)
    paths = Paths(settings.home, run.mode)
    by = _officer(settings, run.tenant, who)
    reason = sanitise(reason, 2 * _LONGEST_REASON)
    if not reason or len(reason) > _LONGEST_REASON:
        raise NoGo(f"Say why, in at most {_LONGEST_REASON} letters. Nothing was opened.")
    sealed = paths.continuity_file(run_id)
    if not sealed.exists():
        raise NoGo(f"There is no {sealed}: {run_id} was never approved, or its continuity file was moved.")
    identities, shared = _identities(settings, paths, run.tenant), shared_store(settings, run.mode, run.tenant)
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NoGo(f"{to} is there already, and is not written over. Nothing was opened.") from None
    except OSError as error:
        raise NoGo(f"{to} cannot be written: {error.strerror}. Nothing was opened.") from None
    try:
        with os.fdopen(handle, "wb") as plain, open_incoming(sealed, Incoming.EXTRACT) as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            opening = note(paths.continuity_openings(run.tenant), run_id, sha256, by, reason, now, shared)
            pyrage.decrypt_io(file, plain, identities)
            plain.flush()
            os.fsync(plain.fileno())
    except (pyrage.DecryptError, OSError) as error:
        to.unlink()
        # What was changed inside a file comes as an OSError of no kind.
        why = getattr(error, "strerror", None) or "the key is another one, or the file was changed"
        raise NoGo(
            f"{sealed.name} was not opened with the continuity key of {run.tenant}: {why}. The try may be noted; then "
            "it has to be settled like an opening."
        ) from None
    except BaseException:
        to.unlink()
        raise
    return opening


def _officer(settings: Settings, tenant: str, who: str) -> Person:
    people = Agreement.load(settings.contracts / tenant / "agreement.yaml").people
    name = canonical(who, people)
    for person in people:
        if person.name == name and {Role.OPERATOR, Role.DECISION_OWNER} & set(person.roles):
            return person
    raise NoGo(
        f"{who.strip()} is no operator or decision owner in the agreement with {tenant}. Nothing was opened. Give your "
        "name as the agreement writes it, or ask somebody who has that part."
    )


def _identities(settings: Settings, paths: Paths, tenant: str) -> list[pyrage.x25519.Identity]:
    path = paths.key(tenant, "continuity")
    given = settings.keys.get(path.stem)
    try:
        kept = given.get_secret_value() if given else read(path, Incoming.KEY).decode()
        return [pyrage.x25519.Identity.from_str(line) for line in kept.split()]
    except (NoGo, UnicodeDecodeError, pyrage.IdentityError):
        raise NoGo(
            f"The continuity key of {tenant} cannot be read: it is to be in {path}, or in SILLER_KEYS as {path.stem}. "
            "Fetch it from escrow. Nothing was opened."
        ) from None
