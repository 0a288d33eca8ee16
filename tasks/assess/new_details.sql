-- One row: the payments of a run that go to details which their payee was not paid by last period, by row number.
-- $run_no: the run. $previous: the runs to compare with. Asks for the table of payee.sql.
WITH in_question AS MATERIALIZED (
    -- Who was paid then and has one account both times, which is nearly everybody, needs no look.
    SELECT payee_reference FROM payee WHERE payments_now > 0 AND (payments_last = 0 OR has_several_accounts)
),
line AS MATERIALIZED (
    SELECT run_no = $run_no AS is_now, row_number, payee_reference, sort_code, account_number,
        coalesce(roll_number, '') AS roll_number, TRY_CAST(replace(amount, '.', '') AS BIGINT) AS pence,
        -- Only ever compared within one payee, so that two accounts cannot meet in one hash by chance.
        hash(sort_code, account_number, coalesce(roll_number, '')) AS account,
        plain_name(payee_name) AS name
    FROM sent_row SEMI JOIN in_question USING (payee_reference) ANTI JOIN core_left_out USING (run_no, row_number)
    WHERE run_no = $run_no OR run_no IN (SELECT unnest($previous))
),
new AS MATERIALIZED (
    SELECT row_number, payee_reference, account, pence FROM line
    ANTI JOIN (SELECT payee_reference, account FROM line WHERE NOT is_now) AS paid USING (payee_reference, account)
    WHERE is_now
),
changed AS (
    FROM new SEMI JOIN (FROM payee WHERE payments_last > 0) AS paid USING (payee_reference)
),
-- A joiner stood in no extract: who was refused last period is no new payee.
of_joiner AS (
    SELECT min(row_number) AS row_number, sum(pence)::BIGINT AS pence
    FROM new SEMI JOIN (FROM payee WHERE rows_last = 0) AS joiner USING (payee_reference)
    GROUP BY payee_reference
),
of_changed AS (
    SELECT min(row_number) AS row_number, sum(pence)::BIGINT AS pence FROM changed GROUP BY payee_reference, account
),
renamed AS (
    SELECT row_number FROM (FROM line WHERE is_now) AS now SEMI JOIN changed USING (row_number)
    ANTI JOIN (SELECT payee_reference, name FROM line WHERE NOT is_now) AS known USING (payee_reference, name)
),
one_account AS (
    SELECT list(row_number ORDER BY row_number) AS rows
    FROM (
        SELECT min(row_number) AS row_number, sort_code, account_number, roll_number
        FROM (FROM line WHERE is_now) AS now SEMI JOIN new USING (row_number)
        GROUP BY payee_reference, sort_code, account_number, roll_number
    )
    GROUP BY sort_code, account_number, roll_number
    ORDER BY len(rows) DESC, rows LIMIT 1
)
SELECT
    coalesce((SELECT list(row_number ORDER BY row_number) FROM changed), []) AS changed,
    coalesce((SELECT list(row_number ORDER BY row_number) FROM renamed), []) AS renamed,
    coalesce((SELECT rows FROM one_account), []) AS one_account,
    (SELECT arg_max({'row_number': row_number, 'pence': pence}, (pence, -row_number)) FROM of_changed) AS biggest_changed,
    (SELECT arg_max({'row_number': row_number, 'pence': pence}, (pence, -row_number)) FROM of_joiner) AS biggest_first;
