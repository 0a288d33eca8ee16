CREATE TABLE bank_file_of_before AS FROM bank_file;
DROP TABLE bank_file;
CREATE TABLE bank_file (
    bank_file_no INTEGER NOT NULL UNIQUE,
    message VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL UNIQUE,
    file_name VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    message_id VARCHAR,
    made_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ NOT NULL
);
INSERT INTO bank_file BY NAME
SELECT bank_file_no, message, sha256, file_name, 'taken' AS verdict, '' AS sentence, '' AS origin, received_at
FROM bank_file_of_before;
DROP TABLE bank_file_of_before;

CREATE TABLE core_statement (
    bank_file_no INTEGER NOT NULL,
    statement INTEGER NOT NULL,
    account VARCHAR NOT NULL,
    is_ours BOOLEAN NOT NULL,
    identification VARCHAR,
    sequence VARCHAR,
    first_day DATE,
    last_day DATE,
    opening_pence BIGINT,
    closing_pence BIGINT,
    entries INTEGER NOT NULL,
    entries_sha256 VARCHAR NOT NULL
);

ALTER TABLE core_bank_answer ADD COLUMN statement INTEGER;
ALTER TABLE core_bank_answer ADD COLUMN entry_reference VARCHAR;
ALTER TABLE core_bank_answer ADD COLUMN serial VARCHAR;
ALTER TABLE core_bank_answer ADD COLUMN own_account VARCHAR;
ALTER TABLE core_bank_answer ADD COLUMN payment_pence BIGINT;
ALTER TABLE core_bank_answer ADD COLUMN finding VARCHAR;
UPDATE core_bank_answer SET payment_pence = amount_pence WHERE row_number IS NOT NULL;

ALTER TABLE core_paid_elsewhere_too ADD COLUMN payment_pence BIGINT;
UPDATE core_paid_elsewhere_too AS too SET payment_pence = paid.amount_pence
FROM core_paid_elsewhere AS paid WHERE paid.paid_elsewhere_no = too.paid_elsewhere_no AND paid.line = too.line;

CREATE TABLE settlement (
    settlement_no INTEGER NOT NULL,
    decision VARCHAR NOT NULL,
    bank_file_no INTEGER,
    item INTEGER,
    run_no INTEGER,
    row_number INTEGER,
    payment_pence BIGINT,
    reason VARCHAR NOT NULL,
    bank_reference VARCHAR NOT NULL,
    evidence_sha256 VARCHAR,
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    after_bank_file_no INTEGER NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE withdrawal (
    withdrawal_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL UNIQUE,
    reason VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);
