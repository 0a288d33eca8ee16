-- The refused and held rows that a correction has put others in the place of, with those of earlier corrections.
-- $run_no: the correction's run. $joins: the run that it joins. $first: its own first row.
INSERT INTO core_left_out (run_no, row_number, outcome, column_name, rule)
WITH own AS (
    SELECT payee_reference, occurrence FROM sent_identity WHERE run_no = $run_no AND row_number >= $first
)
SELECT $run_no, row_number, 'corrected', 'payee_reference', 'corrected_by_a_later_row'
FROM core_left_out
WHERE run_no = $joins AND outcome = 'corrected'
UNION
SELECT $run_no, row_number, 'corrected', 'payee_reference', 'corrected_by_a_later_row'
FROM sent_identity SEMI JOIN own USING (payee_reference, occurrence)
SEMI JOIN core_left_out AS left_out ON left_out.run_no = $joins AND left_out.row_number = sent_identity.row_number
WHERE sent_identity.run_no = $run_no AND sent_identity.row_number < $first;
