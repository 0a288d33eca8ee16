"""One-time codes (TOTP, RFC 6238): six digits that whoever holds a person's secret can show for half a minute."""

from dataclasses import dataclass
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How many steps a person's device may be fast or slow."""

MOST_WRONG = 5
"""After so many wrong codes in a row nobody gets in by another one, right or wrong."""


@dataclass(frozen=True)
class Holder:
    """Somebody who shows who they are by one-time codes, as the ledger knows them.

    Attributes:
        secret: what their device was given, base32; empty for somebody who is not enrolled.
        last_step: the step of the last code that was taken from them; 0 before the first.
        wrong: how many wrong codes in a row were given for what is now asked.
    """

    secret: str
    last_step: int
    wrong: int


@dataclass(frozen=True)
class Proof:
    """What a code comes to.

    Attributes:
        step: the step that it belongs to; 0 if it proves nothing.
        cause: why it proves nothing and what to do; empty if it proves who gave it.
        is_wrong: whether it was held against a device's codes and was none that counts; False also where nobody's
            code is taken, so that nothing was guessed.
    """

    step: int
    cause: str = ""
    is_wrong: bool = False


def new_secret() -> str:
    """160 random bits in base32, as every device takes them."""
    return pyotp.random_base32()


def provisioning(secret: str, name: str, issuer: str) -> str:
    """The address that a QR code shows to a person's device (the ``otpauth`` format of the authenticator apps)."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def step_at(moment: datetime) -> int:
    """The number of the half minute that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    """The six digits that belong to a step."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).generate_otp(step)


def prove(code: str, holder: Holder, at: datetime) -> Proof:
    """Judge a code that somebody gave.

    A code counts once, and none that is older than it counts afterwards: it stands in plain text wherever it
    was typed (RFC 6238, section 5.2).

    Args:
        code: as typed.
        holder: who they say they are.
        at: when it was given, with its time zone.
    """
    if not holder.secret:
        return Proof(0, "This person has no one-time codes yet. Enrol first: siller people enrol NAME.")
    if holder.wrong >= MOST_WRONG:
        return Proof(
            0,
            f"{MOST_WRONG} wrong one-time codes were given for this person, so none is taken any more. Two others "
            "unlock: siller people unlock NAME.",
        )
    typed = code.replace(" ", "").strip()
    now = step_at(at)
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if pyotp.utils.strings_equal(typed, code_of(holder.secret, step)):
            if step > holder.last_step:
                return Proof(step)
            return Proof(0, "This one-time code has been used, and each counts once. Wait for the next one.", True)
    return Proof(
        0,
        "The one-time code is not this person's of this minute. Type the one that the device shows now; if it goes "
        "on, set the device's clock.",
        is_wrong=True,
    )
