CREATE TABLE voucher_file (
    run_no INTEGER NOT NULL UNIQUE,
    channel VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL,
    expires DATE NOT NULL
);

CREATE TABLE core_voucher (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    pence BIGINT NOT NULL
);

CREATE TABLE voucher_submission (
    voucher_submission_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL UNIQUE,
    reference VARCHAR NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    submitted_by VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL
);

CREATE TABLE voucher_answer_file (
    voucher_answer_file_no INTEGER NOT NULL UNIQUE,
    sha256 VARCHAR NOT NULL UNIQUE,
    file_name VARCHAR NOT NULL,
    channel_sha256 VARCHAR NOT NULL,
    taken_by VARCHAR NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE core_voucher_answer (
    voucher_answer_file_no INTEGER NOT NULL,
    item INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    code VARCHAR NOT NULL,
    meaning VARCHAR NOT NULL,
    cashed_pence BIGINT NOT NULL,
    answered_on DATE NOT NULL
);

CREATE TABLE voucher_cancellation (
    voucher_cancellation_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);
