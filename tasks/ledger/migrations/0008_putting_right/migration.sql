CREATE TABLE hold_lift (
    hold_lift_no INTEGER NOT NULL UNIQUE,
    holds VARCHAR NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    after_bank_file_no INTEGER NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE payment_enquiry (
    payment_enquiry_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    payment_pence BIGINT NOT NULL,
    stands VARCHAR NOT NULL,
    review_on DATE,
    reason VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recall (
    recall_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER,
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    recall_by TIMESTAMPTZ NOT NULL,
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recall_outcome (
    recall_outcome_no INTEGER NOT NULL UNIQUE,
    recall_no INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    bank_reference VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE stop (
    stop_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    is_placed BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);
