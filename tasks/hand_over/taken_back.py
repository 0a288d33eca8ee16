"""A file that was never sent: nothing may stand at the other end that a paused hand-over could still let have its name.

Homes that share a ledger do not keep each other's processes out. One that was stopped after it had written down that
the file is about to have its name, and before it gave it, would do so whenever it wakes, be everybody paid by another
run meanwhile. It needs the part for that.
"""

import asyncio
from typing import BinaryIO

from schemas.hand_over import HandOver, HandOverS3
from schemas.no_go import NoGo
from tasks.hand_over.on_its_way import list_begun, other_end
from tasks.hand_over.send import ToSend
from tasks.ledger import entry_of
from tasks.ledger.catalogue.handing_over import HandOverBegun, VouchersHandOverBegun
from tasks.ledger.catalogue.stages import Instruct
from tasks.tenant_context import TenantContext


def remove_part(context: TenantContext, run_id: str) -> None:
    """Remove what stands at the other end of a run's files, if homes share the ledger and one began to hand them over.

    Raises:
        NoGo: a file has its name there, the other end refuses or cannot be reached, or the agreement names none.
    """
    if context.settings.store is None:
        return
    with context.ledger.opened() as connection:
        file = entry_of(connection, run_id, Instruct)
        to_bank = list_begun(connection, run_id, HandOverBegun)
        to_provider = list_begun(connection, run_id, VouchersHandOverBegun)
    vouchers = context.agreement.vouchers
    for begun, name, sha256, agreed in (
        (to_bank, file.file_name, file.file_sha256, context.agreement.handed_over_to),
        (
            to_provider,
            file.voucher_file_name or "",
            file.voucher_sha256 or "",
            vouchers.hand_over if vouchers else None,
        ),
    ):
        if begun:
            asyncio.run(_remove(context, ToSend(name, sha256, _nothing, True, named=begun[0].part), agreed))


def _nothing() -> BinaryIO:
    raise AssertionError("nothing is uploaded")


async def _remove(context: TenantContext, file: ToSend, agreed: HandOver | HandOverS3 | None) -> None:
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
                f"{end.host} has {end.final(file)}, so it was handed over. Nothing was done: have {agreed.taker} stop "
                "it there, or say that it was submitted."
            )
