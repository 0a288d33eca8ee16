"""How what the bank sent back is written: as JSON for a machine, in lines for a person."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from flows.console import OUT
from schemas.bank_messages.verdict import Verdict
from schemas.money import pounds


def check_writable(path: Path | None) -> None:
    """Refuse a file for JSON, before anything is done, that has no folder to stand in.

    Raises:
        typer.BadParameter: there is none.
    """
    if path and not path.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent} to write {path.name} to.")


def write_document(document: Mapping[str, Any], path: Path) -> None:
    """Write what was found as JSON; no value of a payee stands in it."""
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def show_answers(answers: Mapping[str, Any]) -> None:
    """Say what each file came to, and where the money of each run is."""
    for file in answers["files"]:
        style = "bold red" if file["verdict"] == Verdict.SET_ASIDE.words else ""
        OUT.print(f"{file['name']}: {file['verdict']}. {file['sentence']}".rstrip(), style=style, soft_wrap=True)
    for run_id, run in answers["runs"].items():
        show_run(run_id, run)
    beside = answers["not_of_any_run"]
    if beside["entries"]:
        OUT.print(f"Of no pay run: {beside['entries']:,} entries, {pounds(beside['pence'])}.", highlight=False)


def show_run(run_id: str, run: Mapping[str, Any]) -> None:
    """Say where the money of a run is."""
    where = "; ".join(
        f"{state.replace('_', ' ')} {bucket['payments']:,} = {pounds(bucket['pence'])}"
        for state, bucket in run["buckets"].items()
    )
    unexplained = run["unexplained_pence"]
    style = "bold red" if unexplained else "bold"
    OUT.print(f"{run_id}: {where}. Unexplained: {pounds(unexplained)}.", style=style, highlight=False, soft_wrap=True)
    for item in run["items"]:
        code = f", {item['code']}" if item["code"] else ""
        OUT.print(f"  line {item['line']:,}: {item['state'].replace('_', ' ')}{code}", highlight=False, soft_wrap=True)
