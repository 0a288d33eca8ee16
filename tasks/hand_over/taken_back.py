"""A file that was never sent: nothing may stand at the other end that a paused hand-over could still let have its name.

Homes that share a ledger do not keep each other's processes out. One that was stopped after it had written down that
the file is about to have its name, and before it gave it, would do so whenever it wakes, be everybody paid by another
run meanwhile. It needs the part for that.
"""

import asyncio
from typing import BinaryIO

from schemas.no_go import NoGo
from tasks.hand_over.send import ToSend
from tasks.hand_over.stage import list_begun, other_end
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.tenant_context import TenantContext


def remove_part(context: TenantContext, run_id: str) -> None:
    """Remove what stands at the other end of a run's file, if homes share the ledger and one has begun to hand it over.

    Raises:
        NoGo: the file has its name there, the other end refuses or cannot be reached, or the agreement names none.
    """
    if context.settings.store is None:
        return
    with context.ledger.opened() as connection:
        begun, file = list_begun(connection, run_id), entry_of(connection, run_id, Instruct)
    if begun:
        sent = ToSend(file.file_name, file.file_sha256, _nothing, may_be_gone=True, named=begun[0].part)
        asyncio.run(_remove(context, sent))


def _nothing() -> BinaryIO:
    raise AssertionError("nothing is uploaded")


async def _remove(context: TenantContext, file: ToSend) -> None:
    agreed = context.agreement.handed_over_to
    if agreed is None:
        raise NoGo(
            f"{file.name} was about to be handed over, and the agreement with {context.tenant} names no other end any "
            "more: nobody can see that it is not there. Nothing was done; adopt the agreement with it, then say the "
            "same again."
        )
    async with other_end(context, agreed) as end:
        await end.remove_part(file)
        if await end.sha256_of_final(file) is not None:  # after the part is gone nobody can give it that name
            raise NoGo(
                f"{end.host} has {end.final(file)}, so it was handed over. Nothing was done: have the bank stop it "
                "there, or say that it was submitted."
            )
