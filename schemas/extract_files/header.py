"""Holding the names of an extract's columns against those that the contract has."""

from collections.abc import Iterator, Sequence

from schemas.extract_files.place import at
from schemas.extract_files.wanted import Wanted
from schemas.no_go import NoGo


def check_header(file: str, header: Sequence[str], wanted: Wanted) -> list[str]:
    """Compare a file's column names with the contract's; never repeat a name that is not the contract's.

    A file without a header has somebody's name and account where the columns' names should be.

    Returns:
        the columns that siller wrote beside the body's own, which are dropped.

    Raises:
        NoGo: they differ; says which column stands where, and what to do.
    """
    added = [name for name in header if name in wanted.added]
    names, known = wanted.names, {*wanted.names, *wanted.ignored, *added}
    otherwise = list(_written_otherwise(header, sorted(known)))
    if otherwise:
        raise NoGo(
            f"{file}: the header does not name its columns as the contract does: {'; '.join(otherwise)}. Write them "
            "exactly so and send the extract again."
        )
    if not known & set(header):
        raise NoGo(
            f"{file}: the first line names none of the contract's columns. It must be a header with "
            f"{', '.join(names)}: write it above the rows and send the extract again."
        )
    twice = [f"{name} ({_places(header, name)})" for name in wanted.read_of(header) if header.count(name) > 1]
    if twice:
        raise NoGo(f"{file}: the column {', '.join(twice)} stands twice in the header: send it once.")
    missing = [name for name in names if name not in header]
    if missing:
        raise NoGo(f"{file}: the column {', '.join(missing)} is missing from the header: send it too.")
    nameless = [at(place) for place, name in enumerate(header, start=1) if not name.strip()]
    if nameless:
        raise NoGo(
            f"{file}: the header has no name for {_listed(nameless)}, as spreadsheets leave columns that were once in "
            "use: delete these columns and send the extract again."
        )
    extra = [at(place) for place, name in enumerate(header, start=1) if name not in known]
    if extra:
        raise NoGo(
            f"{file}: {_listed(extra)} of the header is not in the contract: leave it out,"
            " or have the contract changed first."
        )
    return added


_MOST_NAMED = 12


def _listed(places: Sequence[str]) -> str:
    more = f" and {len(places) - _MOST_NAMED:,} more" if len(places) > _MOST_NAMED else ""
    return ", ".join(places[:_MOST_NAMED]) + more


def _places(header: Sequence[str], name: str) -> str:
    return " and ".join(at(place) for place, each in enumerate(header, start=1) if each == name)


def _written_otherwise(header: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Say of each column whose name is the contract's but for blanks, capitals or signs, how it differs."""
    meant = {_letters(name): name for name in names if name not in header}
    for place, name in enumerate(header, start=1):
        if name in names or _letters(name) not in meant:
            continue
        asked = meant[_letters(name)]
        if name.strip() == asked:
            why = "there is a blank before or after it"
        elif name.casefold() == asked.casefold():
            why = "capitals and small letters differ"
        elif "\u00a0" in name and name.replace("\u00a0", " ").strip() == asked:
            why = "it has a no-break space, which looks like a blank"
        else:
            why = "blanks, signs or capitals differ"
        yield f"{at(place)} is to be {asked}, and {why}"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()
