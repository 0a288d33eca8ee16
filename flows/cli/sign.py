"""``siller sign``: sign a manifest as its uploader."""

from pathlib import Path
from typing import Annotated

import typer


def sign(
    manifest: Annotated[Path, typer.Argument(help="The manifest, NAME.manifest.json.", exists=True, dir_okay=False)],
    key: Annotated[Path, typer.Option(help="Your own private key (Ed25519, PEM).", exists=True, dir_okay=False)],
) -> None:
    """Sign a manifest with your own key, into the file beside it. Needs no siller server and no ledger."""
    from flows.console import OUT
    from schemas.incoming import Incoming, read
    from schemas.signature import sign as signature
    from tasks.ingest.landing import signature_of

    signed = signature_of(manifest)
    signed.write_text(signature(read(manifest, Incoming.DOCUMENT), read(key, Incoming.KEY)) + "\n", encoding="ascii")
    OUT.print(f"{signed} is the signature. Send it with the extract and the manifest.", soft_wrap=True)
