"""What is written otherwise is counted and shown; every count is worked out by hand from the rows."""

import polars as pl

from schemas.rails.bacs_standard_18 import payment
from schemas.rails.tally import Tally

ROWS = [
    # name, reference
    ("Renée O'Neill", "GRANT 1"),
    ("Ann Lee", "GRANT-1"),
    ("Royal & Ancient Holdings plc", "GRANT_1"),
    ("Smith, J", "Grant 2"),
    ("Ó Néill", "INDEPENDENT LIVING AWARD 1"),
    ("A.B&C/D-E 9", "INDEPENDENT LIVING AWARD 2"),
    ("JOSÉ", "INDEPENDENT LIVING"),
]


def payments(rows=ROWS):
    schema = {"payee_name": pl.String, "payment_reference": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row_number")
    return frame.with_columns(pl.col("row_number").cast(pl.Int32), roll_number=pl.lit(""))


def changes(tally, payments):
    return tally.changes(payments, payments.select(payment.texts()))


def counted(batch=7):
    tally = Tally()
    found = pl.concat([changes(tally, part) for part in payments().iter_slices(batch)])
    return tally, found


def test_every_use_of_the_table_is_counted_whatever_the_batches():
    for batch in (1, 3, len(ROWS)):
        tally, _ = counted(batch)
        assert list(tally.as_written()) == [
            ("é", "E", 2),
            ("'", "", 1),
            (",", " ", 1),
            ("_", "-", 1),
            ("É", "E", 1),
            ("Ó", "O", 1),
        ]
        assert tally.changed == {"payee_name": 5, "payment_reference": 3}
        assert tally.cut == {"payee_name": 1, "payment_reference": 2}


def test_the_body_sees_each_text_as_sent_beside_as_written():
    _, found = counted()
    assert set(found.rows()) == {
        (0, "payee_name", "Renée O'Neill", "RENEE ONEILL"),
        (2, "payee_name", "Royal & Ancient Holdings plc", "ROYAL & ANCIENT HO"),
        (3, "payee_name", "Smith, J", "SMITH J"),
        (4, "payee_name", "Ó Néill", "O NEILL"),
        (6, "payee_name", "JOSÉ", "JOSE"),
        (2, "payment_reference", "GRANT_1", "GRANT-1"),
        (4, "payment_reference", "INDEPENDENT LIVING AWARD 1", "INDEPENDENT LIVING"),
        (5, "payment_reference", "INDEPENDENT LIVING AWARD 2", "INDEPENDENT LIVING"),
    }


def test_references_that_become_alike_are_found_also_where_one_was_sent_so():
    for batch in (1, 4, len(ROWS)):
        tally, _ = counted(batch)
        assert tally.alike(payments().iter_slices(batch)).rows() == [(1, 1), (1, 2), (2, 4), (2, 5), (2, 6)]


def test_a_reference_that_several_payments_were_sent_with_is_not_one_that_became_alike():
    tally = Tally()
    rows = payments(
        [("A", "SAME"), ("B", "SAME"), ("C", "INDEPENDENT LIVING GRANT"), ("D", "INDEPENDENT LIVING GRANT")]
    )
    changes(tally, rows)
    assert tally.alike(rows.iter_slices(2)).is_empty()


def test_nothing_is_read_again_where_no_reference_was_changed():
    def no_batches():
        raise AssertionError("the payments were asked for once more")
        yield

    tally = Tally()
    changes(tally, payments([("Renée", "A 1"), ("Ann", "A 2")]))
    assert tally.alike(no_batches()).is_empty()


def test_a_change_of_capitals_alone_is_no_change_also_where_capitals_are_no_ascii():
    tally = Tally()
    names = ["Ann Lee", "Renée", "O'Neill", "Ann  Lee", "Royal & Ancient Holdings plc", "Strauß", "ﬁona", " Ann"]
    found = changes(tally, payments([(name, "GRANT 1") for name in names]))
    assert found["row_number"].to_list() == [1, 2, 3, 4, 7]
    # What the table was asked for is counted, whether or not capitals would have said the same.
    assert {(sign, times) for sign, _, times in tally.as_written()} == {("é", 1), ("'", 1), ("ß", 1), ("ﬁ", 1)}


def test_a_reference_is_looked_at_also_where_the_roll_number_is_written_in_its_place():
    tally = Tally()
    rows = payments([("Ann", "GRANT_1"), ("Bob", "GRANT_2")]).with_columns(roll_number=pl.Series(["", "D/1234-5"]))
    assert changes(tally, rows)["written"].to_list() == ["GRANT-1", "GRANT-2"]


def test_what_is_cut_at_a_space_is_cut():
    tally = Tally()
    changes(tally, payments([("ABCDEFGHIJKLMNOPQ STUV", "A"), ("É23456789012345678", "B"), ("É2345678901234567", "C")]))
    assert (tally.changed["payee_name"], tally.cut["payee_name"]) == (3, 1)
