-- The rows of the run $run_no that it did not pay, or whose payment did not arrive, beside the released payment that has
-- paid them since. $as_at: the day. In its own run only the row that a correction has put in the place of another.
WITH later AS (
    SELECT run.run_no, run.run_id
    FROM run SEMI JOIN (FROM journal WHERE stage = 'release') USING (run_id)
    JOIN run AS this ON this.run_no = $run_no AND run.run_no >= this.run_no
        AND run.period = this.period AND payment_kind(run.kind) = payment_kind(this.kind)
),
asked AS (
    SELECT row_number, payee_reference, occurrence, state
    FROM sent_identity JOIN payment_state($as_at) USING (run_no, row_number)
    WHERE run_no = $run_no AND (amount_pence IS NULL OR did_not_arrive(state))
),
paying AS (
    SELECT run_no, run_id, row_number AS paid_row, amount_pence, payee_reference, occurrence, state AS paid_state
    FROM payment_state($as_at) JOIN later USING (run_no) JOIN sent_identity USING (run_no, row_number)
    WHERE amount_pence IS NOT NULL AND NOT did_not_arrive(state) AND state <> 'paid_elsewhere'
)
SELECT row_number, state, run_id || '/' || paid_row AS paid_by, run_id AS paid_run, paid_state, amount_pence
FROM asked JOIN paying USING (payee_reference, occurrence)
WHERE run_no > $run_no OR state = 'corrected'
QUALIFY row_number() OVER (PARTITION BY row_number ORDER BY run_no, paid_row) = 1
ORDER BY row_number
