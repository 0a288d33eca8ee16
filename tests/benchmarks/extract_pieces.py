"""Reading an extract in each form, beside its library merely reading it: pieces of ``make bench-extracts``."""

from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import pieces
from tests.benchmarks.workspace import Workspace

Act = Callable[[], object]
WORKBOOK_ROWS = 100_000
"""How many rows the workbook has, if the extract has so many."""


def lay_out_forms(workspace: Workspace) -> Act:
    """The extract, and the same rows as Parquet and, of the first of them, as a workbook."""
    import polars as pl

    from tests.workbooks import workbook

    generate = pieces.generate(workspace)

    def act() -> None:
        generate()
        rows = pl.read_csv(workspace.extract, infer_schema=False).fill_null("")
        rows.write_parquet(_parquet(workspace), compression="uncompressed")
        _workbook(workspace).write_bytes(workbook({"Payments": [rows.columns, *rows.head(WORKBOOK_ROWS).rows()]}))

    return act


def bare_csv(workspace: Workspace) -> Act:
    """Polars reads the CSV as text."""
    import polars as pl

    return lambda: pl.read_csv(workspace.extract, infer_schema=False)


def bare_parquet(workspace: Workspace) -> Act:
    """Polars reads the Parquet file."""
    import polars as pl

    return lambda: pl.read_parquet(_parquet(workspace))


def bare_workbook(workspace: Workspace) -> Act:
    """Calamine reads the sheet."""
    from python_calamine import load_workbook

    return lambda: sum(1 for _ in load_workbook(_workbook(workspace)).get_sheet_by_index(0).iter_rows())


def read_csv(workspace: Workspace) -> Act:
    """The CSV as frames, every check of its form made, hashed on the way."""
    return _read(workspace, workspace.extract, "csv")


def read_parquet(workspace: Workspace) -> Act:
    """The same of the Parquet file."""
    return _read(workspace, _parquet(workspace), "parquet")


def read_workbook(workspace: Workspace) -> Act:
    """The same of the workbook."""
    return _read(workspace, _workbook(workspace), "xlsx")


def _read(workspace: Workspace, path: Path, kind: str) -> Act:
    from schemas.contract.contract import Contract
    from schemas.contract.extract import read_extract
    from schemas.incoming import Incoming, hash_of

    said = (workspace.contracts / "ilf" / "extract.odcs.yaml").read_text(encoding="utf-8")
    contract = Contract.parsed(said.replace("physicalType: csv", f"physicalType: {kind}").encode(), "extract.odcs.yaml")
    sha256 = hash_of(path, Incoming.EXTRACT)
    return lambda: sum(rows.height for rows in read_extract(path, contract, sha256))


def _parquet(workspace: Workspace) -> Path:
    return workspace.extract.with_suffix(".parquet")


def _workbook(workspace: Workspace) -> Path:
    return workspace.extract.with_suffix(".xlsx")


PIECES = {
    piece.__name__: piece
    for piece in (lay_out_forms, bare_csv, bare_parquet, bare_workbook, read_csv, read_parquet, read_workbook)
}
"""By name."""
