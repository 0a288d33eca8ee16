-- Rows of a supplementary extract whose payee has nothing open in the period: no payment that came back or was refused
-- or held, and not paid last time and missing since.
-- $run_no: the run. $last_time: the runs in which payees were paid last time. $today: the day.
INSERT INTO core_left_out (run_no, row_number, outcome, column_name, rule)
WITH this_period AS (
    SELECT other.run_no, other.kind
    FROM run AS other
    JOIN run AS this ON this.run_no = $run_no AND other.period = this.period
        AND payment_kind(other.kind) = payment_kind(this.kind)
    SEMI JOIN journal ON journal.run_id = other.run_id AND journal.stage = 'release_pending'
),
seen AS (
    SELECT payee_reference, occurrence, stands.state, stands.is_proven
    FROM payment_state($today) AS stands JOIN sent_identity USING (run_no, row_number)
    JOIN this_period USING (run_no)
    WHERE stands.run_no IN (SELECT run_no FROM this_period)
        -- What an earlier supplementary run left out makes nobody open: it would, of whoever it was told not to pay.
        AND (kind <> 'supplementary' OR amount_pence IS NOT NULL)
),
open_now AS (
    SELECT payee_reference, occurrence FROM seen
    WHERE may_be_sent_again(state, is_proven)
    UNION
    SELECT payee_reference, occurrence
    FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number) ANTI JOIN seen USING (payee_reference, occurrence)
    WHERE run_no IN (SELECT unnest($last_time))
)
SELECT $run_no, row_number, 'held', 'payee_reference', 'nothing_open_in_period'
FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number) ANTI JOIN open_now USING (payee_reference, occurrence)
WHERE run_no = $run_no;
