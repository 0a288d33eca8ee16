-- How many payments of a run are to payees who stand in no released extract of its period; one row.
-- $run_no: the run.
SELECT count(*) AS payments
FROM core_payment JOIN sent_identity USING (run_no, row_number)
WHERE run_no = $run_no AND payee_reference NOT IN (
    SELECT payee_reference FROM sent_identity JOIN run AS other USING (run_no)
    JOIN run AS this ON this.run_no = $run_no AND this.period = other.period AND this.run_no <> other.run_no
    SEMI JOIN journal ON journal.run_id = other.run_id AND journal.stage = 'release_pending'
    WHERE payment_kind(other.kind) = payment_kind(this.kind)
);
