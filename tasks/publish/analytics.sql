-- The analysts' file: what it holds, described where it stands.
-- It never holds a name, a whole account number, a whole sort code, a roll number or a reference.

CREATE TABLE payments (
    run_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    row_number INTEGER NOT NULL,
    payment_id VARCHAR NOT NULL,
    payee VARCHAR,
    bank VARCHAR,
    account VARCHAR,
    amount_pence BIGINT,
    cashed_pence BIGINT,
    left_out_pence BIGINT,
    processing_date DATE,
    entry_date DATE,
    state VARCHAR NOT NULL
);
COMMENT ON TABLE payments IS 'One row for each row of each extract, paid or not.';
COMMENT ON COLUMN payments.run_id IS 'The pay run: tenant, pay period, mode and number.';
COMMENT ON COLUMN payments.period IS 'The pay period, YYYY-MM.';
COMMENT ON COLUMN payments.row_number IS 'The data row of the extract, counted from 0.';
COMMENT ON COLUMN payments.payment_id IS 'Run and row: quote this to ask about one payment (siller trace).';
COMMENT ON COLUMN payments.payee IS 'A pseudonym for the payee reference, the same from month to month: HMAC-SHA-256 with a key of the tenant, in hexadecimal. Empty if the row has no reference.';
COMMENT ON COLUMN payments.bank IS 'The first two digits of the sort code, which name the bank. Empty if the sort code is not six digits.';
COMMENT ON COLUMN payments.account IS 'The last four digits of the account number. Empty if it is not eight digits.';
COMMENT ON COLUMN payments.amount_pence IS 'What is paid, in pence. Empty if the row was refused or held.';
COMMENT ON COLUMN payments.cashed_pence IS 'What was cashed of a voucher, in pence: it is with the payee, and the state is that of the rest. Empty if it is no voucher.';
COMMENT ON COLUMN payments.left_out_pence IS 'What a refused or held row asks for, in pence. Empty if the row is paid, or if its amount cannot be read to the penny.';
COMMENT ON COLUMN payments.processing_date IS 'Day 2, when Bacs processes the payment; by another rail the day of the payment. Empty before there is a payment file, and if the row was refused or held.';
COMMENT ON COLUMN payments.entry_date IS 'When the payee has the money; day 3 by Bacs. Empty where processing_date is.';
COMMENT ON COLUMN payments.state IS 'Where the payment stood when its run was last published; the table states says what each means.';

CREATE TABLE states (
    state VARCHAR NOT NULL,
    meaning VARCHAR NOT NULL
);
COMMENT ON TABLE states IS 'One row for each state that a payment can be in.';
COMMENT ON COLUMN states.state IS 'The state, as in payments.';
COMMENT ON COLUMN states.meaning IS 'What it means.';

CREATE TABLE left_out (
    run_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    row_number INTEGER NOT NULL,
    payment_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    rule VARCHAR NOT NULL
);
COMMENT ON TABLE left_out IS 'One row for each reason why a row of an extract is not paid. A row may have several reasons, so do not add money up over this table.';
COMMENT ON COLUMN left_out.run_id IS 'The pay run.';
COMMENT ON COLUMN left_out.period IS 'The pay period, YYYY-MM.';
COMMENT ON COLUMN left_out.row_number IS 'The data row of the extract, counted from 0.';
COMMENT ON COLUMN left_out.payment_id IS 'Run and row, as in payments.';
COMMENT ON COLUMN left_out.outcome IS 'refused: it breaks a rule of the contract. held: it may have been paid already. corrected: a correction has put another row in its place.';
COMMENT ON COLUMN left_out.column_name IS 'The column concerned, by its name in the contract.';
COMMENT ON COLUMN left_out.rule IS 'The rule that the row breaks, by its name in the contract.';

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    tenant VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    pay_date DATE NOT NULL,
    extract_sha256 VARCHAR NOT NULL,
    extract_rows BIGINT NOT NULL,
    declared_total DECIMAL(38, 10) NOT NULL,
    refused_rows BIGINT NOT NULL,
    held_rows BIGINT NOT NULL,
    corrected_rows BIGINT NOT NULL,
    payable_rows BIGINT NOT NULL,
    payable_pence BIGINT NOT NULL,
    file_sha256 VARCHAR,
    file_serial INTEGER,
    file_payments BIGINT,
    file_pence BIGINT,
    processing_date DATE,
    entry_date DATE,
    released_at TIMESTAMPTZ,
    published_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE runs IS 'One row for each pay run, with its figures.';
COMMENT ON COLUMN runs.run_id IS 'The pay run.';
COMMENT ON COLUMN runs.tenant IS 'The body on whose behalf it pays.';
COMMENT ON COLUMN runs.period IS 'The pay period, YYYY-MM.';
COMMENT ON COLUMN runs.mode IS 'live, or rehearsal: no money moves.';
COMMENT ON COLUMN runs.kind IS 'What the manifest declares: full, correction, supplementary or arrears.';
COMMENT ON COLUMN runs.pay_date IS 'When payees are to have their money, as the manifest declares.';
COMMENT ON COLUMN runs.extract_sha256 IS 'SHA-256 of the extract as it was sent.';
COMMENT ON COLUMN runs.extract_rows IS 'The rows of the extract: refused, held, corrected and payable together.';
COMMENT ON COLUMN runs.declared_total IS 'The total in pounds that the manifest declares, exactly as written.';
COMMENT ON COLUMN runs.refused_rows IS 'Rows that break a rule of the contract.';
COMMENT ON COLUMN runs.held_rows IS 'Rows that may have been paid already.';
COMMENT ON COLUMN runs.corrected_rows IS 'Rows that were refused or held before, with rows of a correction in their place.';
COMMENT ON COLUMN runs.payable_rows IS 'Rows that are paid.';
COMMENT ON COLUMN runs.payable_pence IS 'The sum of the payable rows, in pence.';
COMMENT ON COLUMN runs.file_sha256 IS 'SHA-256 of the payment file. Empty before there is one.';
COMMENT ON COLUMN runs.file_serial IS 'The submission serial of the payment file.';
COMMENT ON COLUMN runs.file_payments IS 'How many payments the payment file holds.';
COMMENT ON COLUMN runs.file_pence IS 'What the payment file pays, in pence.';
COMMENT ON COLUMN runs.processing_date IS 'Day 2, when Bacs processes the payment file; by another rail the day of the payments. Of several days the first.';
COMMENT ON COLUMN runs.entry_date IS 'When payees have their money; day 3 by Bacs. Of several days the last.';
COMMENT ON COLUMN runs.released_at IS 'When the payment file was released. Empty if it was not.';
COMMENT ON COLUMN runs.published_at IS 'As at when this run stands here: later answers of the bank are not in it.';

CREATE TABLE gates (
    run_id VARCHAR NOT NULL,
    gate VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    figure VARCHAR NOT NULL,
    threshold VARCHAR NOT NULL,
    explanation VARCHAR NOT NULL,
    measure VARCHAR,
    number DOUBLE,
    refer_above DOUBLE,
    no_go_above DOUBLE
);
COMMENT ON TABLE gates IS 'One row for each go/no-go gate of each run.';
COMMENT ON COLUMN gates.run_id IS 'The pay run.';
COMMENT ON COLUMN gates.gate IS 'The name of the gate.';
COMMENT ON COLUMN gates.kind IS 'integrity: nobody can override it. judgement: a person may, with a reason.';
COMMENT ON COLUMN gates.verdict IS 'go, refer (a person must give a reason) or no-go.';
COMMENT ON COLUMN gates.figure IS 'What was found.';
COMMENT ON COLUMN gates.threshold IS 'What it was measured against.';
COMMENT ON COLUMN gates.explanation IS 'The verdict in words.';
COMMENT ON COLUMN gates.measure IS 'The name of the figure that the gate looks at; of several the first. Empty, as the next three are, for a run of a siller that kept no numbers.';
COMMENT ON COLUMN gates.number IS 'That figure: a share of 1, a count, a multiple or days. Empty if it could not be had.';
COMMENT ON COLUMN gates.refer_above IS 'Above this number the gate refers. Empty if it never does.';
COMMENT ON COLUMN gates.no_go_above IS 'Above this number the gate says no-go. Empty if it never does.';

CREATE TABLE bank_answers (
    run_id VARCHAR NOT NULL,
    payment_id VARCHAR,
    message VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR,
    meaning VARCHAR,
    amount_pence BIGINT,
    bank_date DATE,
    received_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE bank_answers IS 'One row for each thing that the bank said about a run. The words of the bank are left out: they may name a payee.';
COMMENT ON COLUMN bank_answers.run_id IS 'The pay run.';
COMMENT ON COLUMN bank_answers.payment_id IS 'The payment that it is about, as in payments. Empty if it is about the whole file, or if no payment was found for it.';
COMMENT ON COLUMN bank_answers.message IS 'The message that it came in: input_report, arucs (credits that could not be applied), pain002 (status report) or camt053 (statement).';
COMMENT ON COLUMN bank_answers.kind IS 'What it says: accepted_total, rejected_total, amended, returned, rejected, pending, settled, statement_debit, statement_credit or statement_reversal.';
COMMENT ON COLUMN bank_answers.code IS 'The code of the bank; it means something only together with message. Empty if it gave none. other: not shaped like a code.';
COMMENT ON COLUMN bank_answers.meaning IS 'What the code means, where the answer is about one payment.';
COMMENT ON COLUMN bank_answers.amount_pence IS 'The sum that it is about, in pence.';
COMMENT ON COLUMN bank_answers.bank_date IS 'The date that the bank gives it.';
COMMENT ON COLUMN bank_answers.received_at IS 'When it was taken in.';

CREATE TABLE as_at (
    version INTEGER NOT NULL,
    run_id VARCHAR NOT NULL,
    published_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE as_at IS 'One row for each publication that led to this file. The newest says as at when this file stands.';
COMMENT ON COLUMN as_at.version IS 'The number in the name of the file.';
COMMENT ON COLUMN as_at.run_id IS 'The pay run for which it was published.';
COMMENT ON COLUMN as_at.published_at IS 'When.';
