"""The body's own workbook, as it was agreed."""

import hashlib
from datetime import date

from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.postings.agreed import PostingsTemplate
from schemas.postings.lines import Heading
from schemas.postings.workbook import fill_in
from tasks.tenant_context import TenantContext


def read_template(context: TenantContext, template: PostingsTemplate) -> bytes:
    """The workbook's bytes.

    Raises:
        NoGo: it is not there, or not the one that was agreed.
    """
    content = read(context.beside_the_agreement(template.file), Incoming.TEMPLATE)
    if (found := hashlib.sha256(content).hexdigest()) != template.sha256:
        raise NoGo(
            f"{template.file} has the SHA-256 {found}, and the agreement has {template.sha256}. Put the agreed "
            "workbook back, or agree on this one. Nothing was posted."
        )
    return content


def check_template(context: TenantContext) -> None:
    """Fill the agreed workbook in with nothing, before anything is to be posted.

    Raises:
        NoGo: it is not there, not the one that was agreed, or cannot be filled in.
    """
    agreed = context.agreement.postings
    if agreed and agreed.template:
        fill_in(agreed.template, read_template(context, agreed.template), Heading("", "", date.min), [])
