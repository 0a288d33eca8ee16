-- Rows of one extract that pay the same payee for the same period more than once.
-- Copies that agree in every column: the first is paid and the rest are held. Copies that differ anywhere: all are
-- held, because nobody but the body can say which one is right.
-- $run_no: the run. A row refused by a rule stays refused; a copy that agrees with it is refused by the same rule.
INSERT INTO core_left_out (run_no, row_number, outcome, column_name, rule)
WITH corrected AS (
    SELECT row_number FROM core_left_out WHERE run_no = $run_no AND outcome = 'corrected'
),
repeated AS (
    SELECT payee_reference, occurrence
    FROM sent_identity
    WHERE run_no = $run_no AND payee_reference <> '' AND row_number NOT IN (FROM corrected)
    GROUP BY payee_reference, occurrence
    HAVING count(*) > 1
),
repeated_row AS (
    SELECT row_number, payee_reference, occurrence
    FROM sent_identity SEMI JOIN repeated USING (payee_reference, occurrence)
    WHERE run_no = $run_no AND row_number NOT IN (FROM corrected)
),
copies AS (
    SELECT repeated_row.payee_reference, repeated_row.occurrence,
           min(row_number) AS first_row,
           count(DISTINCT row(*COLUMNS(* EXCLUDE (run_no, row_number)))) = 1 AS identical
    FROM raw_extract_row AS sent JOIN repeated_row USING (row_number)
    WHERE sent.run_no = $run_no
    GROUP BY repeated_row.payee_reference, repeated_row.occurrence
)
SELECT $run_no, row_number, 'held', 'payee_reference',
       CASE WHEN identical THEN 'identical_copy_in_extract' ELSE 'copies_differ_in_extract' END
FROM repeated_row JOIN copies USING (payee_reference, occurrence)
WHERE NOT (identical AND row_number = first_row)
  AND row_number NOT IN (SELECT row_number FROM core_left_out WHERE run_no = $run_no);
