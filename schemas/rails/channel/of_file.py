"""How people are told of the rail that wrote a payment file of the ledger, whatever an agreement names by now."""

from schemas.rails.channel.channel import Channel
from schemas.rails.terms import TERMS, Terms


def terms_of_file(name: str, channel: str | None) -> Terms:
    """How people are told of such a rail.

    Args:
        name: of the rail.
        channel: the channel that the file was written by, as it was kept; None of another rail.
    """
    return Channel.kept(channel).terms(name) if channel else TERMS[name]
