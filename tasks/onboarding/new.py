"""A new body begins with a draft of its contract and its agreement, which count for nothing until they are answered."""

from pathlib import Path

from schemas.contract.draft import draft_contract
from schemas.extract_files.sample import look_at
from schemas.no_go import NoGo
from schemas.pay_run import is_tenant
from schemas.sanitise import sanitise
from tasks.settings import Settings
from tasks.storage.atomic_write import open_atomic

_AGREEMENT = Path(__file__).with_name("agreement.draft.yaml")


def begin_tenant(name: str, sample: Path, settings: Settings) -> list[Path]:
    """Draft a body's contract and agreement from a sample of its extract; returned are the files.

    Args:
        name: the body's short name.
        sample: an extract of the body's; nothing of its rows is kept.
        settings: of this machine.

    Raises:
        NoGo: nobody can be called so, something of that name is there already, or the sample shows no columns.
    """
    if not is_tenant(name):
        raise NoGo(
            f"{sanitise(name)!r} is no short name of a body: small letters, figures and underscores, beginning with a "
            "letter, such as harbour. Nothing was written."
        )
    folder = settings.contracts / name
    if folder.exists():
        raise NoGo(f"{folder} is there already, and nothing is written over. Nothing was written.")
    contract = draft_contract(name, look_at(sample))
    agreement = _AGREEMENT.read_text("utf-8").replace("$TENANT", name)
    folder.mkdir()
    drafts = {folder / "extract.odcs.yaml": contract, folder / "agreement.yaml": agreement}
    for path, text in drafts.items():
        with open_atomic(path, overwrite=False) as file:
            file.write(text.encode())
    return list(drafts)
