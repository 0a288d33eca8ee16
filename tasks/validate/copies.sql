-- Rows of one extract that pay the same payee for the same period more than once.
-- Copies that agree in every column: the first is paid and the rest are held. Copies that differ anywhere: all are
-- held, because nobody but the body can say which one is right.
-- $run_no: the run. A row refused by a rule stays refused; a copy that agrees with it is refused by the same rule.
INSERT INTO core_left_out
WITH repeated AS (
    SELECT payee_reference
    FROM raw_extract_row
    WHERE run_no = $run_no AND payee_reference <> ''
    GROUP BY payee_reference
    HAVING count(*) > 1
),
copies AS (
    SELECT payee_reference,
           min(row_number) AS first_row,
           count(DISTINCT row(*COLUMNS(* EXCLUDE (run_no, row_number)))) = 1 AS identical
    FROM raw_extract_row SEMI JOIN repeated USING (payee_reference)
    WHERE run_no = $run_no
    GROUP BY payee_reference
)
SELECT $run_no, row_number, 'held', 'payee_reference',
       CASE WHEN identical THEN 'identical_copy_in_extract' ELSE 'copies_differ_in_extract' END
FROM raw_extract_row JOIN copies USING (payee_reference)
WHERE run_no = $run_no
  AND NOT (identical AND row_number = first_row)
  AND row_number NOT IN (SELECT row_number FROM core_left_out WHERE run_no = $run_no);

-- A payee whom another run of the same period has paid, or may have paid, already.
INSERT INTO core_left_out
WITH paid AS (
    SELECT sent.payee_reference
    FROM raw_extract_row AS sent JOIN core_payment AS payment USING (run_no, row_number)
    WHERE sent.run_no IN (
        SELECT other.run_no
        FROM run AS this
        JOIN run AS other ON other.period = this.period AND other.run_no <> this.run_no
        JOIN journal ON journal.run_id = other.run_id AND journal.stage = 'release_pending'
        WHERE this.run_no = $run_no
    )
)
SELECT $run_no, row_number, 'held', 'payee_reference', 'already_released'
FROM raw_extract_row SEMI JOIN paid USING (payee_reference)
WHERE run_no = $run_no
  AND row_number NOT IN (SELECT row_number FROM core_left_out WHERE run_no = $run_no);
