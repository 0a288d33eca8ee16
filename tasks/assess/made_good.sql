-- The rows that a run makes good, by the run in which they stand and by what had become of them. Of a correction those in
-- whose place it has put others; of a supplementary extract those of released runs whose payee it pays. Arrears make
-- no row good: they are a difference on top.
-- $run_no: the run. $today: the day.
WITH this AS (
    SELECT run_no, run_id, period, kind FROM run WHERE run_no = $run_no
),
released AS (
    SELECT other.run_no, other.run_id
    FROM run AS other
    JOIN this ON this.kind = 'supplementary' AND other.period = this.period
        AND payment_kind(other.kind) = payment_kind(this.kind)
    SEMI JOIN journal ON journal.run_id = other.run_id AND journal.stage = 'release_pending'
    WHERE other.run_no <> this.run_no
),
mine AS (
    SELECT DISTINCT payee_reference, occurrence FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number)
    WHERE run_no = $run_no
),
good AS (
    SELECT run_id, state, row_number
    FROM payment_state($today) AS stands
    JOIN released USING (run_no)
    JOIN sent_identity USING (run_no, row_number)
    SEMI JOIN mine USING (payee_reference, occurrence)
    WHERE state IN ('refused', 'held') OR did_not_arrive(state)
    UNION ALL
    SELECT DISTINCT run_id, 'corrected', row_number
    FROM core_left_out JOIN this USING (run_no)
    WHERE this.kind = 'correction' AND outcome = 'corrected'
)
SELECT run_id, state, list(row_number ORDER BY row_number) AS rows FROM good GROUP BY run_id, state ORDER BY run_id, state;
