"""Any payments by any channel: what is written is read back as it was meant, by siller and by a reader of others."""

import csv
import io
from datetime import date
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.inspection import inspect, payments_of
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.channel import Channel, Channels, Upload, check, payment, write
from schemas.rails.channel.reading import Scan

SHIPPED = Channels.read()
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
WIDE = {"sort_code": 6, "account_number": 8, "payee_name": 18, "amount": 12, "reference": 18, "roll_number": 18}


def column(field: str, form: str, padding: str, **more: Any) -> dict[str, Any]:
    """A column that says all that is asked of one of its kind."""
    said: dict[str, Any] = {"name": field, "field": field, "width": WIDE.get(field, 20)} | more
    if field in ("amount", "total"):
        said |= {"form": form}
    if field in ("payments", "total"):
        said |= {"padding": "zeros_before"}
    elif field == "amount":
        said |= {"padding": "zeros_before" if padding != "none" else "none"}
    else:
        said["padding"] = padding
    return said | ({"cut": "end"} if field in ("payee_name", "reference") else {})


@st.composite
def channels(draw: st.DrawFn) -> Channel:
    """Channels that nobody has: any order, any shape, any sign between cells."""
    fixed = draw(st.booleans())
    padding = draw(st.sampled_from(("spaces_after", "spaces_before") if fixed else ("none", "none", "spaces_after")))
    form = draw(st.sampled_from(("pounds", "pence")))
    fields = ["payee_name", "amount", *draw(st.sampled_from((["reference"], ["reference", "roll_number"])))]
    fields += draw(st.sampled_from((["account"], ["sort_code", "account_number"])))
    columns = [column(field, form, padding) for field in draw(st.permutations(fields))]
    if draw(st.booleans()):
        columns.insert(draw(st.integers(0, 2)), {"name": "kind", "constant": "99"})
    totals = [column("payments", form, padding), column("total", form, padding)]
    signs = draw(st.sampled_from((" .&/-", " -", "")))
    people = not fixed and padding == "none" and draw(st.booleans())
    said = {
        "title": "drawn",
        "source": "nobody",
        "service": draw(st.sampled_from(("Bacs", "Faster Payments"))),
        "taken_by": "a bank",
        "identified_by": "file_name",
        "answered_by": "nothing",
        "opened_by": "people" if people else "machines",
        "shape": "fixed_width" if fixed else "delimited",
        "line_end": draw(st.sampled_from(("CRLF", "LF"))),
        "encoding": draw(st.sampled_from(("ascii", "utf-8-sig"))),
        "file_name": "{run}.drawn.csv",
        "signs": signs,
        "instead": {sign: draw(st.sampled_from(("", "X"))) for sign in " .&/-" if sign not in signs},
        "columns": columns,
        "header": draw(st.sampled_from(([], totals))),
        "trailer": draw(st.sampled_from(([], totals))),
    }
    if not fixed:
        said |= {
            "delimiter": draw(st.sampled_from((",", ";", "|", "\t"))),
            "quoting": draw(st.sampled_from(("never", "always"))),
        }
    return Channel.parsed(yaml.safe_dump(said).encode(), "drawn.yaml")


any_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["R&D", "=1+1", "-5", "--", "a,b;c|d", '"', "O'Neill", "Ó Néill", "\x00", "Æ"]),
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "sort_code": st.from_regex(r"[0-9]{5}[1-9]", fullmatch=True),
            "account_number": st.from_regex(r"[0-9]{7}[1-9]", fullmatch=True),
            "amount_pence": st.one_of(st.integers(1, 100_000_000), st.sampled_from([1, 99, 100, 100_000_000])),
            "roll_number": st.one_of(st.none(), st.just(""), st.from_regex(r"[A-Z0-9/-]{1,18}", fullmatch=True)),
            "payment_reference": any_text,
            "payee_name": any_text,
        }
    ),
    min_size=1,
    max_size=8,
)


def upload(channel: Channel) -> Upload:
    account = PayingAccount("107999", "88837491", "A&B")
    days = date(2026, 8, 14), date(2026, 8, 21), date(2026, 8, 24)
    return Upload(channel, 7, "123456", "ILF & SONS", *days, account, 10**10, 10**12, 10**6)


def writable(drawn: list[dict[str, Any]], channel: Channel) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that may be paid, and what the file may say of them."""
    texts = {name: pl.String for name in drawn[0] if name != "amount_pence"}
    frame = pl.DataFrame(drawn, schema_overrides=texts).with_row_index("row_number")
    meant = frame.select("row_number", *payment.content(channel))
    fits = meant.filter(payment.checks(channel, channel.largest_item_pence).values())
    return frame.filter(pl.col("row_number").is_in(fits["row_number"].implode())), fits.drop("row_number")


CHANNELS = st.one_of(st.sampled_from(SHIPPED.names).map(lambda name: SHIPPED.named(name)), channels())


@settings(deadline=None, max_examples=40, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(channel=CHANNELS, drawn=rows)
def test_what_is_written_is_read_as_it_was_meant(
    tmp_path_factory: Any, channel: Channel, drawn: list[dict[str, Any]]
) -> None:
    frame, meant = writable(drawn, channel)
    if frame.is_empty():
        return
    file, path = upload(channel), tmp_path_factory.mktemp("channel") / "file"
    totals = write(path, file, [frame])
    check(path, file, totals)
    with path.open("rb") as handle:
        assert pl.concat(Scan(handle, file).payments()).equals(meant)
    again = path.with_name("again")
    assert write(again, file, [frame[:1], frame[1:]]) == totals
    assert again.read_bytes() == path.read_bytes()
    assert not [str(found) for found in inspect(path, channel).findings if found.refused]
    seen = payments_of(path, channel)
    assert seen.select("sort_code", "account_number", "amount_pence", "payee_name").equals(
        meant.select("sort_code", "account_number", "amount_pence", "payee_name")
    )
    assert_read_by_python(path.read_text("utf-8-sig"), channel, meant)


def assert_read_by_python(text: str, channel: Channel, meant: pl.DataFrame) -> None:
    """Python's own reader finds as many cells, and the names, in the same places."""
    if not channel.delimiter:
        return
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=channel.delimiter, strict=True))
    lines = lines[bool(channel.header) : len(lines) - bool(channel.trailer)]
    at = next(column.place or n for n, column in enumerate(channel.columns, 1) if column.field == "payee_name") - 1
    marked = "'" if channel.opened_by == "people" else ""
    assert [line[at].strip(" ").removeprefix(marked) for line in lines] == meant["payee_name"].to_list()
    if channel.opened_by == "people":
        assert not [cell for line in lines for cell in line if cell[:1] in tuple("=+-@")]


@settings(deadline=None, max_examples=40, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(channel=CHANNELS, drawn=rows, at=st.integers(0, 10**6), sign=st.integers(0, 255))
def test_another_byte_anywhere_is_another_file(
    tmp_path_factory: Any, channel: Channel, drawn: list[dict[str, Any]], at: int, sign: int
) -> None:
    frame, _ = writable(drawn, channel)
    if frame.is_empty():
        return
    file, path = upload(channel), tmp_path_factory.mktemp("channel") / "file"
    totals = write(path, file, [frame])
    broken = bytearray(path.read_bytes())
    if broken[at % len(broken)] == sign:
        return
    broken[at % len(broken)] = sign
    path.write_bytes(broken)
    with pytest.raises(NoGo):
        check(path, file, totals)
