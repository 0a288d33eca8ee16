
CREATE TABLE notice (
    notice_no INTEGER NOT NULL UNIQUE,
    period VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    occasion VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    tries INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    may_come_twice BOOLEAN NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    tried_at TIMESTAMPTZ NOT NULL,
    UNIQUE (about, event, occasion, person, channel)
);
