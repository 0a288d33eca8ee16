-- Where every row of every extract stands, in one query: reconciliation, publication, trace and status all ask it.
--
--     FROM payment_state(DATE '2026-12-01')
--
-- One row a row of an extract: run_no, row_number, amount_pence (NULL where it is not paid), processing_date,
-- entry_date, state.
-- The states, with what each means, are those of tasks/ledger/payment_state.py. The date is given because one step
-- of the journey is only the calendar's: an accepted payment counts as credited from its entry date on.
--
-- The bank can say both that it took a payment and that it did not. Whichever it said first, such a payment is disputed:
-- nobody is paid again on one of two words.
CREATE OR REPLACE TEMP MACRO payment_state(as_at) AS TABLE
WITH left_out AS (
    SELECT run_no, row_number,
        CASE
            WHEN bool_or(outcome = 'corrected') THEN 'corrected'
            WHEN bool_or(outcome = 'refused') THEN 'refused'
            ELSE 'held'
        END AS state
    FROM core_left_out
    GROUP BY run_no, row_number
),
judged AS (
    -- An approval is bound to the very file that was shown: one of another file counts for nothing.
    SELECT run_no, arg_max(verdict, answered_at) AS verdict
    FROM approval JOIN payment_file AS file USING (run_no)
    WHERE verdict IN ('approved', 'rejected') AND file_sha256 = file.sha256
    GROUP BY run_no
),
reported AS (
    -- The most that any one input report has accepted, of all files of a submission, or a status report has settled. What
    -- a status report only accepts, a later one may still reject.
    SELECT run_no, max(pence) AS pence FROM (
        SELECT run_no, sum(amount_pence) AS pence FROM core_bank_answer
        WHERE kind = 'accepted_total' AND (message = 'input_report' OR is_settled(code)) GROUP BY run_no, bank_file_no
    ) GROUP BY run_no
),
turned_away AS (
    SELECT run_no, sum(amount_pence) AS pence FROM core_payment SEMI JOIN (
        SELECT run_no, row_number FROM core_bank_answer WHERE kind = 'rejected'
    ) USING (run_no, row_number) GROUP BY run_no
),
whole_file AS (
    -- That the file was taken is said by an input report or a status report, or by the debit on the paying account's statement.
    SELECT run_no,
        bool_or(kind = 'accepted_total' AND amount_pence > 0 OR kind = 'statement_debit') AS accepted,
        bool_or(kind = 'rejected_total' AND amount_pence = file.pence)
            OR sum(amount_pence) FILTER (kind = 'rejected_total' AND message = 'input_report') = file.pence AS rejected,
        bool_or(kind = 'rejected_total' AND bank_has_it(code)) AS bank_has_it,
        bool_or(kind = 'statement_reversal') AS given_back,
        -- What was taken and what was rejected, payment by payment, come to more than the file: somebody is in both.
        greatest(
            coalesce(sum(amount_pence) FILTER (kind = 'statement_debit'), 0), coalesce(any_value(reported.pence), 0)
        ) + any_value(turned_away.pence) > file.pence AS is_too_much
    FROM core_bank_answer JOIN payment_file AS file USING (run_no)
    LEFT JOIN reported USING (run_no) LEFT JOIN turned_away USING (run_no)
    WHERE row_number IS NULL
    GROUP BY run_no, file.pence
),
replaced AS (
    SELECT earlier.run_no FROM run AS earlier SEMI JOIN run AS later
        ON later.period = earlier.period AND later.run_no > earlier.run_no
        AND payment_kind(later.kind) = payment_kind(earlier.kind)
),
stopped AS (
    SELECT DISTINCT run_no FROM out_gate WHERE verdict = 'no-go'
),
released AS (
    SELECT run_no FROM run JOIN journal USING (run_id) WHERE stage = 'release'
),
way AS (
    -- How far a run as a whole has come, which is how far each of its payments has come unless the bank spoke of it.
    SELECT run.run_no, days.processing_date, days.entry_date, is_too_much,
        CASE
            WHEN released.run_no IS NOT NULL THEN CASE
                WHEN rejected AND (accepted OR bank_has_it) OR given_back THEN 'disputed'
                WHEN rejected THEN 'rejected'
                WHEN accepted AND days.entry_date <= as_at THEN 'credited'
                WHEN accepted THEN 'accepted'
                WHEN submission.run_no IS NOT NULL THEN 'submitted'
                ELSE 'released'
            END
            WHEN replaced.run_no IS NOT NULL THEN 'replaced'
            WHEN judged.verdict = 'rejected' THEN 'declined'
            WHEN stopped.run_no IS NOT NULL THEN 'stopped'
            WHEN judged.verdict = 'approved' THEN 'approved'
            WHEN file.run_no IS NOT NULL THEN 'awaiting_approval'
            ELSE 'payable'
        END AS state
    FROM run
    LEFT JOIN payment_file AS file USING (run_no)
    LEFT JOIN days_of_runs() AS days USING (run_no)
    LEFT JOIN released USING (run_no)
    LEFT JOIN submission USING (run_no)
    LEFT JOIN judged USING (run_no)
    LEFT JOIN stopped USING (run_no)
    LEFT JOIN replaced USING (run_no)
    LEFT JOIN whole_file USING (run_no)
),
last_report AS (
    SELECT run_no, max(bank_file_no) AS latest FROM core_bank_answer WHERE message = 'pain002' GROUP BY run_no
),
answered AS (
    -- Money that came back outweighs all else said of a payment; a credit on the statement is money that came back. What
    -- the latest status report has as undecided has not been taken yet.
    SELECT run_no, row_number,
        CASE
            WHEN bool_or(kind IN ('returned', 'statement_credit')) THEN 'returned'
            WHEN bool_or(kind = 'rejected') THEN 'rejected'
            WHEN bool_or(kind = 'amended') THEN 'amended'
            WHEN bool_or(kind = 'pending' AND bank_file_no = latest) THEN 'submitted'
        END AS state,
        bool_or(kind = 'rejected' AND bank_has_it(code) OR kind = 'settled') AS is_contradicted
    FROM core_bank_answer LEFT JOIN last_report USING (run_no)
    WHERE row_number IS NOT NULL
    GROUP BY run_no, row_number
),
elsewhere AS (
    SELECT DISTINCT run_no, row_number, true AS is_paid FROM core_paid_elsewhere_too
),
stood AS (
    SELECT
        sent.run_no,
        sent.row_number,
        payment.amount_pence,
        CASE WHEN payment.row_number IS NOT NULL THEN way.processing_date END AS processing_date,
        CASE WHEN payment.row_number IS NOT NULL THEN way.entry_date END AS entry_date,
        -- A row among the payments is on its way whatever else is noted of it, so that is asked first.
        CASE
            WHEN payment.row_number IS NULL THEN coalesce(left_out.state, 'read')
            WHEN answered.state = 'rejected' AND (answered.is_contradicted OR way.is_too_much) THEN 'disputed'
            WHEN answered.state IN ('amended', 'submitted') AND way.state = 'disputed' THEN 'disputed'
            ELSE coalesce(answered.state, way.state)
        END AS state
    FROM raw_extract_row AS sent
    JOIN way USING (run_no)
    LEFT JOIN core_payment AS payment USING (run_no, row_number)
    LEFT JOIN left_out USING (run_no, row_number)
    LEFT JOIN answered USING (run_no, row_number)
)
SELECT run_no, row_number, amount_pence, processing_date, entry_date,
    -- That two people have recorded a payment as made settles what the bank disputes.
    CASE
        WHEN elsewhere.is_paid
            AND (state IN ('payable', 'awaiting_approval', 'approved', 'disputed') OR may_be_paid_again(state))
            THEN 'paid_elsewhere'
        ELSE state
    END AS state
FROM stood LEFT JOIN elsewhere USING (run_no, row_number);
