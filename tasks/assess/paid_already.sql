-- Who has been paid for a run's period already, and whom of them the run pays as well; one row.
-- $run_no: the run. $today: the day.
WITH paid AS (
    SELECT DISTINCT payee_reference
    FROM payment_state($today) AS stands
    JOIN sent_identity USING (run_no, row_number)
    JOIN run AS other ON other.run_no = stands.run_no
    JOIN run AS this ON this.run_no = $run_no AND this.period = other.period AND this.run_no <> other.run_no
    SEMI JOIN journal ON journal.run_id = other.run_id AND journal.stage = 'release_pending'
    WHERE amount_pence IS NOT NULL AND NOT did_not_arrive(state)
)
SELECT count(*) AS payees_paid, count(here.payee_reference) AS of_them_here
FROM paid
LEFT JOIN (
    SELECT DISTINCT payee_reference FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number)
    WHERE run_no = $run_no
) AS here USING (payee_reference);
