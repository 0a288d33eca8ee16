"""DuckDB as a ledger needs it: with cryptography, within its memory, and with nothing else in reach of SQL."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.no_go import NoGo
from tasks.ledger.attaching import quote
from tasks.settings import Settings


def start(settings: Settings, spill: Path) -> duckdb.DuckDBPyConnection:
    """Start DuckDB with nothing attached, and Arrow, which reads parts for it, with as many threads.

    Args:
        settings: memory and threads.
        spill: the folder for what does not fit into memory, encrypted.
    """
    pa.set_cpu_count(settings.threads)
    pa.set_io_thread_count(settings.threads)
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_unsigned_extensions": True,  # the only one that is loaded has been checked, see _extension
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
    )
    # The wheel's own copy of httpfs brings the cryptography without which DuckDB refuses encrypted writes.
    connection.execute(f"LOAD {quote(str(_extension('httpfs')))}")
    connection.execute("SET temp_file_encryption = true")
    # DuckDB does not know how large a dataset of pyarrow's is, and hands it filters that pyarrow does not know: sides
    # of a join stay as they are written, and no join filters what it reads.
    connection.execute("SET disabled_optimizers = 'build_side_probe_side,join_filter_pushdown'")
    # The digests are over rows as text, and a moment's text must not depend on where siller runs.
    connection.execute("SET TimeZone = 'UTC'")
    # FSST makes rows four times as small and takes longer over it than everything else that writes them.
    connection.execute("SET disabled_compression_methods = 'fsst,dict_fsst'")
    return connection


def lock(connection: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """Let SQL reach what is attached, what it spills and some folders; no other file, and no setting any more."""
    allowed = ", ".join(quote(str(folder)) for folder in folders)
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def extension_file(name: str) -> Path:
    """The wheel's own copy of an extension; its signature is checked by who loads it.

    Raises:
        NoGo: the wheel is not installed.
    """
    package = find_spec(f"duckdb_extension_{name}")
    if package is None or not package.submodule_search_locations:
        raise NoGo(f"DuckDB's {name} extension is not installed; run: make install")
    root = Path(package.submodule_search_locations[0])
    return root / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


@cache
def _extension(name: str) -> Path:
    """An extension, its signature checked once a process: that reads twenty megabytes."""
    extension = extension_file(name)
    try:
        with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
            connection.execute(f"LOAD {quote(str(extension))}")
    except duckdb.Error:
        raise NoGo(f"{extension} is not the extension that DuckDB's makers signed. Install siller anew.") from None
    return extension
