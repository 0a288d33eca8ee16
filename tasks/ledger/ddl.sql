-- The ledger of one tenant. Names carry the layer: raw_ as sent, core_ what siller decided, out_ what it shows.
-- No PRIMARY KEY, UNIQUE or foreign key on tables with a row a payment: they cost half of the run;
-- uniqueness is a check_ query in the same transaction.
-- raw_extract_row and core_payment are views over sealed parts, made when a ledger is opened (tasks/ledger/parts).

CREATE TABLE IF NOT EXISTS run (
    run_no INTEGER NOT NULL UNIQUE,      -- what other tables say in place of the run id
    run_id VARCHAR NOT NULL UNIQUE,      -- ilf-2026-11-live-1
    tenant VARCHAR NOT NULL,
    period VARCHAR NOT NULL,             -- such as 2026-11 or 2026-W48
    mode VARCHAR NOT NULL,               -- live or rehearsal
    kind VARCHAR NOT NULL,               -- what the manifest declares: full, correction, supplementary, arrears
    extract_sha256 VARCHAR NOT NULL,
    extract_name VARCHAR NOT NULL,
    submitted_by VARCHAR NOT NULL,       -- never approves this run
    declared_rows BIGINT NOT NULL,       -- by the manifest, and by those of the extracts that a correction joins
    declared_total DECIMAL(38, 10) NOT NULL,  -- pounds, exactly as the manifests wrote them
    pay_date DATE NOT NULL,              -- day 3: when payees have their money
    today DATE NOT NULL,                 -- the day on which the run was opened
    opened_at TIMESTAMPTZ NOT NULL,
    joins INTEGER,                       -- of a correction: the number of the run whose rows it has and goes on with
    first_line BIGINT NOT NULL,          -- of the extract: on which its first row stands; of a worksheet, which row
    is_text BOOLEAN NOT NULL             -- whether it has lines, which a line break within a cell adds to
);

-- The pay days of a run's period by the agreement as it was then, where these are several; of one day none.
CREATE TABLE IF NOT EXISTS period_day (
    run_no INTEGER NOT NULL,
    pay_day DATE NOT NULL
);

-- Rows of an extract whose ignored cells, which are not kept, have line breaks: they move every row after them.
CREATE TABLE IF NOT EXISTS line_break (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    breaks INTEGER NOT NULL              -- how many
);

CREATE TABLE IF NOT EXISTS flow_run (
    run_no INTEGER NOT NULL,
    flow_run_id VARCHAR NOT NULL UNIQUE, -- the Prefect flow run that works, or worked, on this run
    started_at TIMESTAMPTZ NOT NULL
);

-- Which columns of the contract each row of an extract has; rows themselves stand in sealed parts.
CREATE TABLE IF NOT EXISTS row_column (
    place INTEGER NOT NULL,              -- from 1
    name VARCHAR NOT NULL                -- canonical
);

-- The keys of the parts: one for all rows of a period and kind of payment.
CREATE TABLE IF NOT EXISTS row_key (
    key_no INTEGER NOT NULL,
    period VARCHAR NOT NULL,             -- such as 2026-11 or 2026-W48
    payment_kind VARCHAR NOT NULL,       -- what the payments are for: regular, arrears
    key VARCHAR NOT NULL                 -- 32 random bytes in base64
);

-- Which rows a run has, and in which file they stand. Each row of each extract is in one of them, as it was sent.
CREATE TABLE IF NOT EXISTS part (
    run_no INTEGER NOT NULL,
    first_row INTEGER NOT NULL,          -- the number of its first row; the others follow
    rows INTEGER NOT NULL,
    payments INTEGER NOT NULL,           -- rows whose amount reads as whole pence
    pence BIGINT NOT NULL,               -- their sum
    content_digest VARCHAR NOT NULL,     -- over what the rows say, whatever key they are kept under
    file_no INTEGER NOT NULL             -- a correction has that of the run that it joins
);

-- Each writing of a part's file; the latest counts, the others are gone.
CREATE TABLE IF NOT EXISTS part_file (
    file_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,             -- whose extract it was written for; 0: by a change of keys
    act_no INTEGER NOT NULL,             -- the change of keys; 0: by an extract
    name VARCHAR NOT NULL,               -- random, and bound to the content by its encryption
    sha256 VARCHAR NOT NULL,
    key_no INTEGER NOT NULL
);

-- The runs whose rows have been judged: their payments are the rows that read as payments and are not left out.
CREATE TABLE IF NOT EXISTS core_judged (
    run_no INTEGER NOT NULL
);

-- Payments of runs that an earlier siller took in, whose rows stand in the ledger.
CREATE TABLE IF NOT EXISTS earlier_payment (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,         -- the extract's data row, from 0
    amount_pence BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS core_left_out (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,            -- refused, held or corrected
    column_name VARCHAR NOT NULL,        -- canonical
    rule VARCHAR NOT NULL                -- the id of the rule; one row a reason
);

-- Payments that are made although a rule fails, because more speaks for them; a gate asks a person to look.
CREATE TABLE IF NOT EXISTS core_referred (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    column_name VARCHAR NOT NULL,        -- canonical
    rule VARCHAR NOT NULL                -- the id of the rule that fails
);

CREATE TABLE IF NOT EXISTS out_gate (
    run_no INTEGER NOT NULL,
    gate VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,               -- integrity (cannot be overridden) or judgement
    verdict VARCHAR NOT NULL,            -- go, refer or no-go
    figure VARCHAR NOT NULL,             -- what was found, as a person reads it
    threshold VARCHAR NOT NULL,
    explanation VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS submission_serial (
    service_user_number VARCHAR NOT NULL,
    serial INTEGER NOT NULL,             -- from 1; kept before a file is written with it, never used again
    run_no INTEGER NOT NULL UNIQUE,
    UNIQUE (service_user_number, serial)
);

CREATE TABLE IF NOT EXISTS payment_file (
    run_no INTEGER NOT NULL UNIQUE,
    rail VARCHAR NOT NULL,
    service_user_number VARCHAR NOT NULL,
    serial INTEGER NOT NULL,
    file_name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL
);

-- The payments of a run that a voucher makes, for payees without an account; all others are transfers.
CREATE TABLE IF NOT EXISTS core_voucher (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,         -- run and row are the voucher's reference
    pence BIGINT NOT NULL
);

-- The file of a run's vouchers, which its approval binds beside the payment file.
CREATE TABLE IF NOT EXISTS voucher_file (
    run_no INTEGER NOT NULL UNIQUE,
    channel VARCHAR NOT NULL,            -- by which it is written
    file_name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL,
    expires DATE NOT NULL                -- the last day on which one of them can be cashed
);

CREATE TABLE IF NOT EXISTS voucher_submission (
    voucher_submission_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL UNIQUE,
    reference VARCHAR NOT NULL,          -- what the provider gave back for the file
    submitted_at TIMESTAMPTZ NOT NULL,
    submitted_by VARCHAR NOT NULL,       -- the sender or operator who says so
    file_sha256 VARCHAR NOT NULL         -- of the file in the outbox, read again then
);

-- What the provider of vouchers sent back, a row a file.
CREATE TABLE IF NOT EXISTS voucher_answer_file (
    voucher_answer_file_no INTEGER NOT NULL UNIQUE,
    sha256 VARCHAR NOT NULL UNIQUE,      -- also the name of its sealed copy
    file_name VARCHAR NOT NULL,
    channel_sha256 VARCHAR NOT NULL,     -- by which it was read
    taken_by VARCHAR NOT NULL,           -- the operator
    taken_at TIMESTAMPTZ NOT NULL
);

-- What it says of each voucher; the latest word counts.
CREATE TABLE IF NOT EXISTS core_voucher_answer (
    voucher_answer_file_no INTEGER NOT NULL,
    item INTEGER NOT NULL,               -- place in the provider's file, from 1
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    code VARCHAR NOT NULL,               -- as the provider wrote it
    meaning VARCHAR NOT NULL,            -- issued, expired or cancelled: what was not cashed
    cashed_pence BIGINT NOT NULL,        -- all that was cashed of it so far
    answered_on DATE NOT NULL            -- by the provider
);

-- What the provider is asked to cancel: it is cancelled once the provider says so, and frees nobody before.
CREATE TABLE IF NOT EXISTS voucher_cancellation (
    voucher_cancellation_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,          -- of the request at the provider
    said_by VARCHAR NOT NULL,            -- the operator
    said_at TIMESTAMPTZ NOT NULL
);

-- The days on which a payment file pays, one row a run and pay day; tasks/ledger/file_days.py answers for it.
CREATE TABLE IF NOT EXISTS file_day (
    run_no INTEGER NOT NULL,
    entry_date DATE NOT NULL,            -- the pay day: when payees have their money; by Bacs day 3
    processing_date DATE NOT NULL,       -- by Bacs day 2, the date in the file
    input_day DATE NOT NULL,             -- the last day on which the file may be sent
    returns_closed DATE NOT NULL,        -- the last day on which a payment may come back
    payments BIGINT NOT NULL,            -- of this day
    pence BIGINT NOT NULL,
    UNIQUE (run_no, entry_date)
);

-- Which rows a file of several days pays on which of them, one stretch of rows a line; of a file of one day none.
CREATE TABLE IF NOT EXISTS file_day_rows (
    run_no INTEGER NOT NULL,
    day_no INTEGER NOT NULL,             -- from 1, in the order of the days
    first_row INTEGER NOT NULL,
    last_row INTEGER NOT NULL
);

-- Which characters of names and references the payment file writes otherwise, by schemas/rails/text.py.
CREATE TABLE IF NOT EXISTS out_written_character (
    run_no INTEGER NOT NULL,
    character VARCHAR NOT NULL,          -- as the body sent it
    written VARCHAR NOT NULL,            -- as the file has it; empty if it is left out
    times BIGINT NOT NULL
);

-- Payments whose references differ as sent and are the same in the payment file.
CREATE TABLE IF NOT EXISTS out_alike_reference (
    run_no INTEGER NOT NULL,
    alike INTEGER NOT NULL,              -- from 1, one number a reference
    row_number INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS out_pack (
    run_no INTEGER NOT NULL UNIQUE,
    markdown VARCHAR NOT NULL,           -- what the approver is shown, word for word
    sha256 VARCHAR NOT NULL
);

-- Every answer to the form of a run, also those that did not count.
CREATE TABLE IF NOT EXISTS approval (
    approval_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    flow_run_id VARCHAR NOT NULL,
    key VARCHAR NOT NULL,                -- which form of the flow run; each is judged once
    decision VARCHAR NOT NULL,
    approver VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,            -- approved, first (of two), chosen (by the decision owner), rejected, or refused (the form comes back)
    cause VARCHAR NOT NULL,              -- why it was refused
    file_sha256 VARCHAR NOT NULL,        -- the payment file that was shown
    pack_sha256 VARCHAR NOT NULL,        -- the pack that was shown
    agreement_sha256 VARCHAR NOT NULL,   -- the agreement that was in force
    answered_at TIMESTAMPTZ NOT NULL,
    UNIQUE (flow_run_id, key)
);

CREATE TABLE IF NOT EXISTS submission (
    submission_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL UNIQUE,
    reference VARCHAR NOT NULL,          -- what the channel gave back for the submission
    submitted_at TIMESTAMPTZ NOT NULL,
    submitted_by VARCHAR NOT NULL,       -- the sender or operator who says so
    file_sha256 VARCHAR NOT NULL,        -- of the file in the outbox, read again then
    late BOOLEAN NOT NULL                -- after the last day to send it
);

CREATE TABLE IF NOT EXISTS continuity_settlement (
    settlement_no INTEGER NOT NULL,      -- one may settle several openings of a run
    opening_no INTEGER NOT NULL UNIQUE,  -- of the tenant's openings, which stand outside the ledger
    opening_hash VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,             -- whose continuity file was opened
    paid_elsewhere_no INTEGER,           -- where what was paid is recorded; NULL: nothing was paid
    settled_by VARCHAR NOT NULL,         -- never who opened it
    settled_at TIMESTAMPTZ NOT NULL
);

-- What people prove themselves by. The latest of a name and kind counts; the ledger is encrypted.
CREATE TABLE IF NOT EXISTS credential (
    credential_no INTEGER NOT NULL UNIQUE,
    name VARCHAR NOT NULL,               -- as the agreement has it
    kind VARCHAR NOT NULL,               -- one_time_code, signing_key or account
    value VARCHAR NOT NULL,              -- the secret in base32, the public key in base64, or the account's name
    vouched_by VARCHAR NOT NULL,         -- who let them be enrolled
    enrolled_at TIMESTAMPTZ NOT NULL
);

-- Every one-time code that was given, taken or not; never the code itself.
CREATE TABLE IF NOT EXISTS code_try (
    code_try_no INTEGER NOT NULL UNIQUE,
    name VARCHAR NOT NULL,               -- who they said to be
    run_no INTEGER NOT NULL,             -- the run that the code was given for; 0 for anything else
    purpose VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,            -- taken, wrong, or unlocked (wrong ones count no more)
    step BIGINT NOT NULL,                -- the half minute of a code that was taken: none so old is taken again
    tried_at TIMESTAMPTZ NOT NULL
);

-- Every file from the bank's inbox, once; what it says counts only if it was taken, or people have admitted it.
CREATE TABLE IF NOT EXISTS bank_file (
    bank_file_no INTEGER NOT NULL UNIQUE,
    message VARCHAR NOT NULL,            -- input_report, arucs, camt053, pain002, ...; unknown if it cannot be read
    sha256 VARCHAR NOT NULL UNIQUE,      -- also the name of its sealed copy
    file_name VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,            -- taken, known or set_aside
    sentence VARCHAR NOT NULL,           -- why it is not taken; empty if it is
    origin VARCHAR NOT NULL,             -- who put it into the inbox, as far as the system says
    message_id VARCHAR,                  -- what the bank calls the message
    made_at TIMESTAMPTZ,                 -- the message's own time
    received_at TIMESTAMPTZ NOT NULL
);

-- The statements in a bank's file: which days of which account they cover.
CREATE TABLE IF NOT EXISTS core_statement (
    bank_file_no INTEGER NOT NULL,
    statement INTEGER NOT NULL,          -- place in the file, from 1
    account VARCHAR NOT NULL,            -- as the bank names it: sort code and number, or the number alone
    is_ours BOOLEAN NOT NULL,            -- an account that the agreement pays from
    identification VARCHAR,
    sequence VARCHAR,
    first_day DATE,
    last_day DATE,
    opening_pence BIGINT,
    closing_pence BIGINT,
    entries INTEGER NOT NULL,            -- that are booked
    entries_sha256 VARCHAR NOT NULL      -- what tells the same statement, sent again, from another one
);

-- One row an answer, as schemas/bank_messages/bank_file.py has them, and the payment that was found for it.
CREATE TABLE IF NOT EXISTS core_bank_answer (
    run_no INTEGER NOT NULL,
    bank_file_no INTEGER NOT NULL,
    item INTEGER NOT NULL,               -- place in the bank's file, from 1
    row_number INTEGER,                  -- the payment that it answers; NULL: of the whole file, or none was found
    message VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,               -- accepted_total, returned, amended, ...
    code VARCHAR,                        -- as the bank wrote it, known or not
    description VARCHAR,
    reference VARCHAR,
    sort_code VARCHAR,
    account_number VARCHAR,
    payments BIGINT,
    amount_pence BIGINT,
    bank_date DATE,
    original_processing_date DATE,
    statement INTEGER,                   -- which statement of its file it stands in
    entry_reference VARCHAR,             -- the bank's own reference of the entry
    serial VARCHAR,                      -- of the payment file that it names, or its message id
    own_account VARCHAR,                 -- that the money left, as the bank names it
    payment_pence BIGINT,                -- what the payment comes to that was found for it
    finding VARCHAR,                     -- what does not fit; NULL: nothing
    day_no INTEGER                       -- which day of its run's file; NULL: a file of one day, or the whole of it
);

-- What two people decided, by the bank's word, of what the bank's files left open.
CREATE TABLE IF NOT EXISTS settlement (
    settlement_no INTEGER NOT NULL,      -- one act may settle several things
    decision VARCHAR NOT NULL,           -- admit or dismiss a file; paid or not_paid: of payments
    bank_file_no INTEGER,                -- of a file that was set aside
    item INTEGER,                        -- NULL: the whole file
    run_no INTEGER,                      -- whose payments
    row_number INTEGER,                  -- NULL: every payment of the run that is open
    payment_pence BIGINT,                -- what that payment comes to
    reason VARCHAR NOT NULL,
    bank_reference VARCHAR NOT NULL,     -- under which the bank said so
    evidence_sha256 VARCHAR,             -- of what it said, sealed
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,          -- somebody else
    after_bank_file_no INTEGER NOT NULL, -- the last file of the bank's by then
    said_at TIMESTAMPTZ NOT NULL,
    day_no INTEGER                       -- of a file of several days, whose payments; NULL: of one day, or of one payment
);

-- Released payment files that were never sent: sender and a second person say so.
CREATE TABLE IF NOT EXISTS withdrawal (
    withdrawal_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL UNIQUE,
    reason VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,            -- the sender
    agreed_by VARCHAR NOT NULL,          -- neither sender nor approver of the run
    said_at TIMESTAMPTZ NOT NULL
);

-- What two people lifted of the holds that a payment which came back puts on its account, or on its payee.
CREATE TABLE IF NOT EXISTS hold_lift (
    hold_lift_no INTEGER NOT NULL UNIQUE,
    holds VARCHAR NOT NULL,              -- account or payee
    run_no INTEGER NOT NULL,             -- of a payment that came back from there
    row_number INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,          -- under which the bank confirmed the account, or the body decided
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,          -- somebody else
    after_bank_file_no INTEGER NOT NULL, -- the last file of the bank's by then: what comes later holds again
    said_at TIMESTAMPTZ NOT NULL
);

-- Payments that somebody says have not arrived, each act of asking the bank about them; the latest one counts.
CREATE TABLE IF NOT EXISTS payment_enquiry (
    payment_enquiry_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    payment_pence BIGINT NOT NULL,       -- what the payment comes to
    stands VARCHAR NOT NULL,             -- opened, found, coming_back, lost, refused
    review_on DATE,                      -- when the body looks at it again; NULL: it was found
    reason VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,          -- of the enquiry at the bank
    said_by VARCHAR NOT NULL,            -- somebody of the body's
    said_at TIMESTAMPTZ NOT NULL
);

-- Payments that somebody takes out before the release, or lets in again. The latest of a row counts; a payment is
-- stopped with all others of the same payee, period and kind.
CREATE TABLE IF NOT EXISTS stop (
    stop_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    is_placed BOOLEAN NOT NULL,          -- false: it is lifted
    reason VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

-- Requests to a bank to say whether name and account of payees belong together, a row a file.
CREATE TABLE IF NOT EXISTS payee_check (
    payee_check_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,             -- whose rows are asked about
    request_sha256 VARCHAR NOT NULL,     -- of the file for the bank, and the name of its sealed copy
    profile_sha256 VARCHAR NOT NULL,     -- by which it was written
    asked_by VARCHAR NOT NULL,           -- the operator
    asked_at TIMESTAMPTZ NOT NULL
);

-- The rows that it asks about; rows with the same details are asked about once.
CREATE TABLE IF NOT EXISTS core_payee_check (
    payee_check_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL
);

-- What banks sent back, a row a file.
CREATE TABLE IF NOT EXISTS payee_answer_file (
    payee_answer_file_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL UNIQUE,      -- also the name of its sealed copy
    file_name VARCHAR NOT NULL,
    profile_sha256 VARCHAR NOT NULL,     -- by which it was read
    taken_by VARCHAR NOT NULL,           -- the operator
    taken_at TIMESTAMPTZ NOT NULL
);

-- What they say of each row. It binds name, sort code, account and roll number of the row, and never its payee.
CREATE TABLE IF NOT EXISTS core_payee_answer (
    payee_answer_file_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    code VARCHAR NOT NULL,               -- as the bank wrote it, known or not
    meaning VARCHAR NOT NULL,            -- as the profile has it, or unknown_code
    bank_name VARCHAR NOT NULL,          -- under which the bank has the account, if it says so
    answered_on DATE NOT NULL            -- by the bank; the day on which it was taken in where the bank does not say
);

-- That somebody of the body called a payee, on a number known before, about the details of a row.
CREATE TABLE IF NOT EXISTS call_back (
    call_back_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    called_by VARCHAR NOT NULL,          -- never who sent the extract
    spoke_to VARCHAR NOT NULL,           -- payee, or representative
    number_from VARCHAR NOT NULL,        -- where the number is from
    number_known_since DATE NOT NULL,    -- before the extract came
    called_on DATE NOT NULL,
    said_by VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL
);

-- What was known of each payment to details that its payee had not been paid by, when the run was validated.
CREATE TABLE IF NOT EXISTS core_payee_finding (
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    finding VARCHAR NOT NULL,            -- match, close_match, not_answered, ...
    payee_answer_file_no INTEGER,        -- in which file the bank has answered; NULL: no answer counts
    answer_row INTEGER,                  -- about which row of that file's run: one with the same details
    call_back_no INTEGER                 -- that the payee was called about them; NULL: nobody has
);

-- What two people asked the sponsoring bank to stop of a released file. It frees nobody.
CREATE TABLE IF NOT EXISTS recall (
    recall_no INTEGER NOT NULL UNIQUE,
    run_no INTEGER NOT NULL,
    row_number INTEGER,                  -- of one payment; NULL: the whole file
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    recall_by TIMESTAMPTZ NOT NULL,      -- until when the bank takes such a request
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,          -- somebody else
    said_at TIMESTAMPTZ NOT NULL,
    day_no INTEGER                       -- of one day of a file of several; NULL: of all, or of one payment
);

-- What the bank answered them, as two people say it; the latest of a recall counts.
CREATE TABLE IF NOT EXISTS recall_outcome (
    recall_outcome_no INTEGER NOT NULL UNIQUE,
    recall_no INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,            -- confirmed or failed
    bank_reference VARCHAR NOT NULL,     -- under which the bank said so
    said_by VARCHAR NOT NULL,
    agreed_by VARCHAR NOT NULL,          -- somebody else
    said_at TIMESTAMPTZ NOT NULL
);

-- Payments made outside siller, through the bank's portal, each file of them recorded once by two people.
CREATE TABLE IF NOT EXISTS paid_elsewhere (
    paid_elsewhere_no INTEGER NOT NULL UNIQUE,
    file_sha256 VARCHAR NOT NULL UNIQUE, -- also the name of its sealed copy
    evidence_sha256 VARCHAR NOT NULL,    -- of what the bank says of them; likewise sealed
    recorded_by VARCHAR NOT NULL,        -- the operator
    approved_by VARCHAR NOT NULL,        -- the approver
    payments BIGINT NOT NULL,
    pence BIGINT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE IF NOT EXISTS core_paid_elsewhere (
    paid_elsewhere_no INTEGER NOT NULL,
    line INTEGER NOT NULL,               -- of the file, from 1, the header first
    payee_reference VARCHAR NOT NULL,
    occurrence VARCHAR NOT NULL,
    pay_period VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,               -- full or arrears: with what a payment of siller's must not be paid again
    sort_code VARCHAR NOT NULL,
    account_number VARCHAR NOT NULL,
    roll_number VARCHAR NOT NULL,
    amount_pence BIGINT NOT NULL,
    paid_on DATE NOT NULL,
    due DATE                             -- of a period with several pay days, on which of them
);

-- The payments of siller's that were there already when the same ones were recorded as paid elsewhere.
CREATE TABLE IF NOT EXISTS core_paid_elsewhere_too (
    paid_elsewhere_no INTEGER NOT NULL,
    line INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    is_twice BOOLEAN NOT NULL,           -- siller's had left and had not come back: recall it
    payment_pence BIGINT                 -- what siller's comes to
);

-- What people did to the ledger as a whole, and what stopped a run.
CREATE TABLE IF NOT EXISTS act (
    act_no INTEGER NOT NULL UNIQUE,
    act VARCHAR NOT NULL,                -- rotate_keys, backup, restore, stopped, signed, shown, turned_away
    run_no INTEGER NOT NULL,             -- 0: of no one run
    by_whom VARCHAR NOT NULL,            -- an officer, or siller
    said VARCHAR NOT NULL,               -- a sentence; nothing of a payee
    acted_at TIMESTAMPTZ NOT NULL
);

-- How the tables came to their version, if the ledger was made by an earlier siller; siller upgrade writes it.
CREATE TABLE IF NOT EXISTS migration (
    version INTEGER NOT NULL UNIQUE,     -- that the tables have from here on
    name VARCHAR NOT NULL,               -- of its folder in tasks/ledger/migrations
    sql_sha256 VARCHAR NOT NULL,         -- of the statements that were run
    by_whom VARCHAR NOT NULL,            -- the account that ran them
    migrated_at TIMESTAMPTZ NOT NULL
);

-- What an earlier entry of the journal covers, over the tables as a migration left them.
CREATE TABLE IF NOT EXISTS migrated_entry (
    version INTEGER NOT NULL,
    entry BIGINT NOT NULL,               -- of the journal, before the migration
    output_digest VARCHAR NOT NULL,      -- of the same rows, and of those that the migration made for them
    UNIQUE (version, entry)
);

-- The periods whose payees were erased by rule: no run of any kind has one of them again.
CREATE TABLE IF NOT EXISTS erasure (
    erasure_no INTEGER NOT NULL UNIQUE,
    period VARCHAR NOT NULL UNIQUE,      -- such as 2026-11 or 2026-W48
    reason VARCHAR NOT NULL,
    erased_by VARCHAR NOT NULL,          -- the operator
    agreed_by VARCHAR NOT NULL,          -- the approver or decision owner, somebody else
    erased_at TIMESTAMPTZ NOT NULL
);

-- What an earlier entry of the journal covers, over the rows as an erasure left them.
CREATE TABLE IF NOT EXISTS erased_entry (
    erasure_no INTEGER NOT NULL,
    entry BIGINT NOT NULL,               -- of the journal, before the erasure
    output_digest VARCHAR NOT NULL,      -- of what is left of its rows
    UNIQUE (erasure_no, entry)
);

-- Sealed files that went with an erasure.
CREATE TABLE IF NOT EXISTS erased_file (
    erasure_no INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL UNIQUE       -- of what was sealed, and the name of its sealed copy
);

-- What forbids an erasure, as two people say it. The latest of a name counts.
CREATE TABLE IF NOT EXISTS legal_hold (
    legal_hold_no INTEGER NOT NULL UNIQUE,
    name VARCHAR NOT NULL,               -- the matter, as people know it; nothing of a payee
    period VARCHAR,                      -- such as 2026-11 or 2026-W48; NULL: every period
    is_placed BOOLEAN NOT NULL,          -- false: it is lifted
    reason VARCHAR NOT NULL,
    said_by VARCHAR NOT NULL,            -- the operator
    agreed_by VARCHAR NOT NULL,          -- the approver or decision owner, somebody else
    said_at TIMESTAMPTZ NOT NULL
);

-- Who was told what by which channel: written before it is sent, and again with what became of it.
CREATE TABLE IF NOT EXISTS notice (
    notice_no INTEGER NOT NULL UNIQUE,
    period VARCHAR NOT NULL,             -- such as 2026-11 or 2026-W48: it is erased with that one's payees
    about VARCHAR NOT NULL,              -- the run, the period or the thing that it tells of
    event VARCHAR NOT NULL,              -- as schemas/notices/catalogue.py has it
    occasion VARCHAR NOT NULL,           -- which of several: a day, a deadline, a count; empty for the only one
    person VARCHAR NOT NULL,             -- as the agreement has them; of a webhook the role
    channel VARCHAR NOT NULL,            -- email, notify or webhook
    tries INTEGER NOT NULL,              -- begun so far
    outcome VARCHAR NOT NULL,            -- begun, sent, failed, or over (before it could be sent)
    cause VARCHAR NOT NULL,              -- why it failed; nothing of a payee, and no secret
    may_come_twice BOOLEAN NOT NULL,     -- a try ended before its outcome was written down
    due_at TIMESTAMPTZ NOT NULL,         -- when it was found to be due
    tried_at TIMESTAMPTZ NOT NULL,       -- when the latest try began
    UNIQUE (about, event, occasion, person, channel)
);

CREATE TABLE IF NOT EXISTS journal (
    entry BIGINT NOT NULL UNIQUE,        -- 0, 1, 2, ... without a gap
    run_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    input_hash VARCHAR NOT NULL,
    output_digest VARCHAR NOT NULL,      -- of the rows that the stage wrote
    figures VARCHAR NOT NULL,            -- JSON: counts and pence
    recorded_at TIMESTAMPTZ NOT NULL,
    previous_hash VARCHAR NOT NULL,      -- the entry before this one
    entry_hash VARCHAR NOT NULL,
    UNIQUE (run_id, stage)
);
