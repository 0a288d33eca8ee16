"""The bank's test of a channel file, as an agreement names it, and what is said where there is none."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.rails.channel.channel import Channel
from schemas.rails.channel.column import Part


class ChannelTest(Part):
    """The bank's test of a channel file; no live payment file is made by a channel without it.

    Attributes:
        held_on: the day of the test.
        reference: what the bank calls it: a ticket, a letter.
        file_sha256: of the payment file that the bank took.
        said_by: who said so for the bank.
        channel_sha256: of the channel as it was tested, as siller tenant check says it. Another one needs another test.
    """

    held_on: date
    reference: Annotated[str, Field(min_length=1, max_length=100)]
    file_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    said_by: Annotated[str, Field(min_length=1, max_length=100)]
    channel_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    def say_to_come(self, today: date) -> str:
        """That the test is on a day that is still to come; empty if it is not."""
        if self.held_on <= today:
            return ""
        return (
            f"The agreement names a test of its channel on {self.held_on:%-d %B %Y}, which is still to come, so no "
            "live file is made by it. Correct the day (channel_test: held_on), or wait for the test."
        )


def say_untested(name: str, channel: Channel, tested: ChannelTest | None) -> str:
    """Why no live file may be made by a channel; empty if one may.

    Args:
        name: of the channel.
        channel: as it is now.
        tested: the bank's test, by the agreement.
    """
    how = (
        "Send the bank the file of a rehearsal, and put what it says into the agreement (channel_test: held_on, "
        f"reference, file_sha256, said_by, channel_sha256: {channel.sha256})."
    )
    if tested is None:
        return f"The channel {name} was not checked with the bank, so no live file is made by it. {how}"
    if tested.channel_sha256 == channel.sha256:
        return ""
    return (
        f"The channel {name} is not the one that the bank tested on {tested.held_on:%-d %B %Y}, so no live file is "
        f"made by it. Put it back as it was, or have it tested again. {how}"
    )
