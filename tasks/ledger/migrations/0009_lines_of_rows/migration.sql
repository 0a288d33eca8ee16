CREATE TABLE run_of_before AS FROM run;
DROP TABLE run;
CREATE TABLE run (
    run_no INTEGER NOT NULL UNIQUE,
    run_id VARCHAR NOT NULL UNIQUE,
    tenant VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    extract_sha256 VARCHAR NOT NULL,
    extract_name VARCHAR NOT NULL,
    submitted_by VARCHAR NOT NULL,
    declared_rows BIGINT NOT NULL,
    declared_total DECIMAL(38, 10) NOT NULL,
    pay_date DATE NOT NULL,
    today DATE NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    joins INTEGER,
    first_line BIGINT NOT NULL,
    is_text BOOLEAN NOT NULL
);
INSERT INTO run BY NAME SELECT *, 2 AS first_line, true AS is_text FROM run_of_before;
DROP TABLE run_of_before;

CREATE TABLE line_break (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    breaks INTEGER NOT NULL
);
