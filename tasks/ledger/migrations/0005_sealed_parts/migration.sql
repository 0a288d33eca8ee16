CREATE TABLE row_column (
    place INTEGER NOT NULL,
    name VARCHAR NOT NULL
);

INSERT INTO row_column (place, name)
SELECT row_number() OVER (ORDER BY column_index), column_name FROM duckdb_columns()
WHERE database_name = current_database() AND table_name = 'raw_extract_row'
    AND column_name NOT IN ('run_no', 'row_number');

ALTER TABLE IF EXISTS raw_extract_row RENAME TO earlier_row;
ALTER TABLE core_payment RENAME TO earlier_payment;

CREATE TABLE row_key (
    key_no INTEGER NOT NULL,
    period VARCHAR NOT NULL,
    payment_kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL
);

CREATE TABLE part (
    run_no INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    payments INTEGER NOT NULL,
    pence BIGINT NOT NULL,
    content_digest VARCHAR NOT NULL,
    file_no INTEGER NOT NULL
);

CREATE TABLE part_file (
    file_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    act_no INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    key_no INTEGER NOT NULL
);

CREATE TABLE core_judged (
    run_no INTEGER NOT NULL
);
