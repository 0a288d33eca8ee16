"""Whom a call about a payee's details reached."""

from enum import StrEnum


class SpokeTo(StrEnum):
    """Whom the call reached."""

    PAYEE = "payee"
    REPRESENTATIVE = "representative"
