"""A weight table as large as Vocalink's, made from the practice table: the real one is not ours to keep."""

from pathlib import Path

from tasks.settings import PROJECT

PRACTICE = PROJECT / "data_contracts" / "practice_modulus"


def published_table(folder: Path, version: str = "v9-10", rows: int = 1_025) -> list[Path]:
    """Write a weight table and its substitutions under the names that Vocalink gives them; returns both files."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = (PRACTICE / "valacdos-practice.txt").read_text().splitlines()
    # Sort codes from 500000 are none of the published cases'; any account of theirs passes.
    weights += [f"{500_000 + n} {500_000 + n} MOD10{' 0' * 14}" for n in range(rows - len(weights))]
    files = [folder / f"valacdos-{version}.txt", folder / "scsubtab.txt"]
    files[0].write_text("\r\n".join(weights) + "\r\n", newline="")
    files[1].write_bytes((PRACTICE / "scsubtab.txt").read_bytes())
    return files
