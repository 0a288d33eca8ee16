CREATE TABLE payee_check (
    payee_check_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    request_sha256 VARCHAR NOT NULL,
    profile_sha256 VARCHAR NOT NULL,
    asked_by VARCHAR NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE core_payee_check (
    payee_check_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL
);

CREATE TABLE payee_answer_file (
    payee_answer_file_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL UNIQUE,
    file_name VARCHAR NOT NULL,
    profile_sha256 VARCHAR NOT NULL,
    taken_by VARCHAR NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE core_payee_answer (
    payee_answer_file_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    code VARCHAR NOT NULL,
    meaning VARCHAR NOT NULL,
    bank_name VARCHAR NOT NULL,
    answered_on DATE NOT NULL
);

CREATE TABLE call_back (
    call_back_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    called_by VARCHAR NOT NULL,
    spoke_to VARCHAR NOT NULL,
    number_from VARCHAR NOT NULL,
    number_known_since DATE NOT NULL,
    called_on DATE NOT NULL,
    said_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE core_payee_finding (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    finding VARCHAR NOT NULL,
    payee_answer_file_no INTEGER,
    answer_row INTEGER,
    call_back_no INTEGER
);
