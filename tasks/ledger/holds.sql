-- The payments of the table holding_now with payee and account, but for what was lifted since. A lift covers what
-- counted by then: what people let count later was not known to those who lifted it.
CREATE OR REPLACE TEMP MACRO held_now() AS TABLE
WITH back AS MATERIALIZED (
    SELECT holding_now.*, period, payee_reference, sort_code, account_number, roll_number,
        if(holds = 'payee', payee_reference, concat_ws('/', sort_code, account_number, roll_number)) AS what
    FROM sent_identity JOIN holding_now USING (run_no, row_number) JOIN (SELECT run_no, period FROM run) USING (run_no)
    WHERE sent_identity.run_no IN (SELECT run_no FROM holding_now)
)
FROM back
WHERE NOT EXISTS (
    FROM hold_lift AS lift JOIN back AS named USING (run_no, row_number, holds)
    WHERE named.holds = back.holds AND named.what = back.what AND back.bank_file_no <= lift.after_bank_file_no
        AND coalesce(back.counts_since < lift.said_at, true)
);

-- The payments of a run that are held so, each under the weightier rule. Asks for the table holding_now.
CREATE OR REPLACE TEMP MACRO held_of(this_run) AS TABLE
WITH held AS MATERIALIZED (
    FROM held_now() WHERE run_no <> this_run
),
mine AS (
    SELECT row_number, period, payee_reference, sort_code, account_number, roll_number
    FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number) JOIN (SELECT run_no, period FROM run) USING (run_no)
    WHERE run_no = this_run
),
hit AS (
    SELECT row_number, 'payee_may_have_died' AS rule
    FROM mine SEMI JOIN (FROM held WHERE holds = 'payee') USING (payee_reference)
    UNION ALL
    SELECT row_number, 'account_came_back'
    FROM mine SEMI JOIN (FROM held WHERE holds = 'account') AS held
        ON held.sort_code = mine.sort_code AND held.account_number = mine.account_number
        AND held.roll_number = mine.roll_number AND held.period <> mine.period
)
SELECT row_number, if(max(rule) = 'payee_may_have_died', 'payee_reference', 'account_number') AS column_name, max(rule) AS rule
FROM hit GROUP BY row_number ORDER BY row_number;
