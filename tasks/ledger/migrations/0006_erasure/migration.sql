CREATE TABLE erasure (
    erasure_no INTEGER NOT NULL UNIQUE,
    period VARCHAR NOT NULL UNIQUE,
    reason VARCHAR NOT NULL,
    erased_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    erased_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE erased_entry (
    erasure_no INTEGER NOT NULL,
    entry BIGINT NOT NULL,
    output_digest VARCHAR NOT NULL,
    UNIQUE (erasure_no, entry)
);

CREATE TABLE erased_file (
    erasure_no INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL UNIQUE
);

CREATE TABLE legal_hold (
    legal_hold_no INTEGER NOT NULL UNIQUE,
    name VARCHAR NOT NULL,
    period VARCHAR,
    is_placed BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);
