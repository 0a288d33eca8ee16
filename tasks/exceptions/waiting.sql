-- What waits for two people. Asks for payment_state's definitions, and opens no part.

-- The runs that a file concerns: those that it may speak of; of a file that nobody can read, those that were released
-- when it came and whose payments could still come back.
CREATE OR REPLACE TEMP TABLE concerned_run AS
FROM spoken_of
UNION ALL
SELECT bank_file_no, run_no
FROM bank_file ANTI JOIN spoken_of USING (bank_file_no)
JOIN journal ON stage = 'release' AND recorded_at <= received_at
JOIN run USING (run_id)
JOIN days_of_runs() AS days USING (run_no)
WHERE (received_at AT TIME ZONE 'Europe/London')::DATE <= days.returns_closed;

-- The files that wait for people: those that were set aside, and those that count and have days missing before them.
CREATE OR REPLACE TEMP TABLE waiting_file AS
SELECT bank_file_no, sentence FROM judged_file SEMI JOIN open_bank_file USING (bank_file_no)
UNION ALL
SELECT bank_file_no, 'Days are missing between its statement and the last one that is known of its account: it proves '
    || 'nothing, nor does what goes on from it, until the bank has sent what is missing or two people admit it.'
FROM gap_file;

-- Payments of which something else is said than of their run, and that are open.
CREATE OR REPLACE TEMP MACRO open_payment(as_at) AS TABLE
SELECT run_no, row_number, entry_date, pence, state, coalesce(code, '') AS code,
    coalesce(since, entry_date::TIMESTAMPTZ) AS since
FROM (FROM exception_state(as_at) WHERE entry_date IS NOT NULL)
LEFT JOIN (
    SELECT run_no, row_number, arg_max(code, said_at) AS code, min(received_at) AS since
    FROM counted_answer JOIN (SELECT bank_file_no, received_at FROM bank_file) USING (bank_file_no)
    WHERE row_number IS NOT NULL AND kind NOT IN ('accepted', 'amended', 'advised')
    GROUP BY run_no, row_number
) USING (run_no, row_number)
WHERE is_open(state, is_proven);

-- Runs of which the other payments of a day are all open, a row a day, with how many these are. What a set-aside file
-- holds up waits with that file.
CREATE OR REPLACE TEMP MACRO open_run(as_at) AS TABLE
SELECT run_no, nullif(day_no, 0) AS day_no, way.entry_date,
    way.payments - coalesce(apart.payments, 0) AS payments, way.pence - coalesce(apart.pence, 0) AS pence,
    state, coalesce(code, '') AS code, coalesce(since, way.entry_date::TIMESTAMPTZ) AS since
FROM run_standing(as_at) AS way
LEFT JOIN (
    SELECT run_no, day_no, count(*) AS payments, sum(pence) AS pence FROM exception_state(as_at) GROUP BY ALL
) AS apart USING (run_no, day_no)
LEFT JOIN (
    SELECT run_no, day_no, arg_max(code, said_at) AS code, max(received_at) AS since
    FROM counted_answer JOIN (SELECT bank_file_no, received_at FROM bank_file) USING (bank_file_no)
    WHERE row_number IS NULL AND (ends_with(kind, '_total') OR kind IN ('statement_debit', 'statement_reversal'))
    GROUP BY run_no, day_no
) USING (run_no, day_no)
WHERE is_open(state, is_proven) AND way.payments > coalesce(apart.payments, 0);

-- Entries and answers that count and that people have to look into: more debits than a run explains, and what fits no
-- payment. Evidence that came again counts once, and asks nothing of anybody. A debit that nothing of ours explains is
-- for people only where the agreement says that nothing else leaves the account. What came back, and was paid again before
-- people dismissed the statement that showed it, was perhaps paid twice: who is in the later run nobody looks up here.
CREATE OR REPLACE TEMP TABLE open_finding AS
WITH dismissed AS (
    SELECT bank_file_no, max(settlement_no) AS settlement_no, max(said_at) AS dismissed_at
    FROM settlement SEMI JOIN (FROM bank_file WHERE verdict = 'taken') USING (bank_file_no)
    WHERE decision = 'dismiss' AND item IS NULL GROUP BY bank_file_no
),
later_run AS (
    SELECT earlier.run_no, recorded_at AS released_at FROM run AS earlier
    JOIN run AS later ON later.run_no > earlier.run_no AND later.period = earlier.period
        AND payment_kind(later.kind) = payment_kind(earlier.kind)
    JOIN journal ON journal.run_id = later.run_id AND stage = 'release'
),
paid_again AS (
    SELECT bank_file_no, item, run_no, row_number, amount_pence, bank_date, 'paid_twice' AS finding
    FROM core_bank_answer AS answer JOIN dismissed USING (bank_file_no)
    JOIN (SELECT bank_file_no, received_at FROM bank_file) USING (bank_file_no)
    WHERE kind IN ('statement_credit', 'statement_reversal')
        AND EXISTS (
            FROM later_run WHERE later_run.run_no = answer.run_no AND released_at BETWEEN received_at AND dismissed_at
        )
        -- Another statement that counts may prove it all the same.
        AND NOT EXISTS (
            FROM counted_answer AS said WHERE said.run_no = answer.run_no
                AND coalesce(said.row_number = answer.row_number, true)
                AND said.kind IN ('statement_credit', 'statement_reversal') AND proves
        )
        AND NOT EXISTS (
            FROM settlement AS since WHERE since.bank_file_no = answer.bank_file_no AND since.item = answer.item
                AND since.settlement_no > dismissed.settlement_no
        )
),
debit AS (
    SELECT bank_file_no, item, sum(amount_pence) OVER (
        PARTITION BY run_no, day_no ORDER BY bank_date, bank_file_no, item
    ) - given_back > pence AS is_more
    FROM counted_answer JOIN run_evidence USING (run_no, day_no) WHERE kind = 'statement_debit'
)
SELECT bank_file_no, item, run_no, row_number, amount_pence, bank_date,
    CASE
        WHEN coalesce(is_more, false) OR finding = 'like_ours' THEN 'paid_twice'
        WHEN finding IS NULL THEN 'unexplained'
        ELSE finding
    END AS finding
FROM counted_answer LEFT JOIN debit USING (bank_file_no, item)
WHERE (
        coalesce(is_more, false) OR finding IN ('like_ours', 'unmatched', 'other_amount', 'other_account')
        OR finding IS NULL AND run_no = 0 AND kind = 'statement_debit'
            AND (bank_file_no, statement) IN (SELECT (bank_file_no, statement) FROM core_statement WHERE is_ours)
            AND (bank_file_no, item) NOT IN (SELECT (bank_file_no, item) FROM late_debit)
    )
    AND NOT EXISTS (
        FROM settlement WHERE settlement.bank_file_no = counted_answer.bank_file_no
            AND settlement.item = counted_answer.item AND decision = 'dismiss'
    )
UNION ALL
FROM paid_again;
