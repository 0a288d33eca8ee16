-- On which day details first came for a payee, and who has sent them, since siller last sent money there.
-- $run_no, $row_number: the row that they are of. Asks for the definitions of never_twice.sql.
WITH came AS MATERIALIZED (
    SELECT run_no, other.row_number
    FROM sent_row AS other JOIN (
        SELECT payee_reference, sort_code, account_number, upper(unspaced(roll_number)) AS roll_number
        FROM sent_row WHERE run_no = $run_no AND row_number = $row_number
    ) AS this
        ON other.payee_reference = this.payee_reference AND other.sort_code = this.sort_code
        AND other.account_number = this.account_number AND upper(unspaced(other.roll_number)) = this.roll_number
    WHERE run_no <= $run_no
)
SELECT min(today), list(DISTINCT trim(submitted_by))
FROM came JOIN run USING (run_no)
WHERE run_no > coalesce((
    SELECT max(run_no) FROM came JOIN core_payment USING (run_no, row_number) JOIN run USING (run_no)
    SEMI JOIN journal ON journal.run_id = run.run_id AND journal.stage = 'release_pending'
    ANTI JOIN withdrawal USING (run_no)
    WHERE run_no <> $run_no
), -1);
