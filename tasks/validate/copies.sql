-- Rows of one extract that pay the same payee for the same period more than once.
-- Rows that agree: the first that nothing is wrong with is paid and the rest are held. Rows that differ: all are held,
-- because nobody but the body can say which one is right.
-- A cell that a rule refuses says nothing of the payment, so a row agrees with another if all its other cells do: it
-- stays refused, holds nobody, and is told beside its own fault that another row counts. But an account that the account
-- check refuses can be read, and may be the payee's new one with a slip, and an amount that can be read may take the
-- other one back: such rows differ.
-- A sort code, account, roll number, means or contact that says something and cannot be read is another matter: it says that the money is
-- to go elsewhere, and nobody knows where. The money would go where the other row says, and if the refused one is the
-- newer, that is an account which the payee has left. So the payee's details are in doubt, and none of the rows is paid.
-- What a cell was made from is not compared: it pays the same.
-- $run_no: the run.
INSERT INTO core_left_out (run_no, row_number, outcome, column_name, rule)
WITH left_out AS MATERIALIZED (
    SELECT row_number, outcome, column_name, rule FROM core_left_out WHERE run_no = $run_no
),
standing AS (
    SELECT row_number, payee_reference, occurrence FROM sent_identity
    WHERE run_no = $run_no AND payee_reference <> ''
        AND row_number NOT IN (SELECT row_number FROM left_out WHERE outcome = 'corrected')
),
repeated AS MATERIALIZED (
    SELECT row_number, payee_reference, occurrence,
        row_number IN (SELECT row_number FROM left_out) AS is_left_out,
        row_number IN (SELECT row_number FROM left_out WHERE outcome = 'refused') AS is_refused
    FROM standing
    QUALIFY count(*) OVER (PARTITION BY payee_reference, occurrence) > 1
),
cell AS (
    UNPIVOT (
        SELECT * EXCLUDE (run_no) FROM raw_extract_row SEMI JOIN repeated USING (row_number) WHERE run_no = $run_no
    )
    ON COLUMNS(name -> name NOT IN ('row_number', 'as_sent')) INTO NAME column_name VALUE said
),
unread AS (
    SELECT row_number, column_name, said FROM left_out JOIN cell USING (row_number, column_name)
    WHERE outcome = 'refused' AND rule <> 'account_passes_modulus_check'
        AND NOT (column_name = 'amount' AND regexp_full_match(said, '-?[0-9]+\.[0-9]{2}'))
),
differing AS (
    SELECT DISTINCT payee_reference, occurrence
    FROM cell JOIN repeated USING (row_number) ANTI JOIN unread USING (row_number, column_name)
    GROUP BY payee_reference, occurrence, column_name
    HAVING count(DISTINCT said) > 1
),
in_doubt AS (
    SELECT DISTINCT payee_reference, occurrence
    FROM cell JOIN repeated USING (row_number)
    ANTI JOIN (SELECT row_number, column_name FROM unread WHERE said = '') USING (row_number, column_name)
    WHERE column_name IN ('sort_code', 'account_number', 'roll_number', 'means_of_payment', 'contact')
    GROUP BY payee_reference, occurrence, column_name
    HAVING count(DISTINCT said) > 1
),
judged AS (
    SELECT repeated.*, (payee_reference, occurrence) IN (FROM differing) AS differs,
        (payee_reference, occurrence) IN (FROM in_doubt) AS is_in_doubt,
        min(row_number) FILTER (NOT is_left_out) OVER (PARTITION BY payee_reference, occurrence) AS that_counts
    FROM repeated
)
SELECT $run_no, row_number, if(is_refused, 'refused', 'held'), 'payee_reference',
    CASE WHEN differs THEN 'copies_differ_in_extract'
        WHEN is_in_doubt THEN 'account_in_doubt_by_a_copy'
        WHEN is_refused THEN 'another_copy_counts'
        ELSE 'identical_copy_in_extract' END
FROM judged
WHERE CASE WHEN is_refused THEN NOT differs AND that_counts IS NOT NULL
    ELSE NOT is_left_out AND (differs OR is_in_doubt OR row_number <> that_counts) END;
