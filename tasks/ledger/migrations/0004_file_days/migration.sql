CREATE TABLE migration (
    version INTEGER NOT NULL UNIQUE,
    name VARCHAR NOT NULL,
    sql_sha256 VARCHAR NOT NULL,
    by_whom VARCHAR NOT NULL,
    migrated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE migrated_entry (
    version INTEGER NOT NULL,
    entry BIGINT NOT NULL,
    output_digest VARCHAR NOT NULL,
    UNIQUE (version, entry)
);

CREATE TABLE file_day (
    run_no INTEGER NOT NULL,
    entry_date DATE NOT NULL,
    processing_date DATE NOT NULL,
    input_day DATE NOT NULL,
    returns_closed DATE NOT NULL,
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL,
    UNIQUE (run_no, entry_date)
);

INSERT INTO file_day BY NAME
SELECT
    run_no, entry_date, processing_date,
    (instructed.figures ->> 'input_day')::DATE AS input_day,
    (instructed.figures ->> 'returns_closed')::DATE AS returns_closed,
    payments, pence
FROM payment_file
JOIN run USING (run_no)
JOIN journal AS instructed ON instructed.run_id = run.run_id AND instructed.stage = 'instruct';

ALTER TABLE payment_file DROP COLUMN processing_date;
ALTER TABLE payment_file DROP COLUMN entry_date;
