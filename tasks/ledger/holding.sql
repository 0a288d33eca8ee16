-- The payments that did not arrive for a reason that holds something, and what; no extract's rows are read for it.
-- $today: the day.
INSERT INTO holding_now BY NAME
WITH put_right AS (
    -- What two people let count long after it came: an answer of a file that they admitted, and of a statement of which
    -- they dismissed the other one of its days.
    SELECT bank_file_no, item, said_at FROM settlement WHERE decision = 'admit'
    UNION ALL
    SELECT stands.bank_file_no, NULL, said_at FROM settlement AS act
    JOIN core_statement AS dismissed ON dismissed.bank_file_no = act.bank_file_no
    JOIN core_statement AS stands ON right(stands.account, 8) = right(dismissed.account, 8)
        AND stands.first_day <= dismissed.last_day AND dismissed.first_day <= stands.last_day
    WHERE decision = 'dismiss' AND act.item IS NULL AND stands.bank_file_no <> act.bank_file_no
)
SELECT run_no, row_number, if(bool_or(is_deceased(message, code)), 'payee', 'account') AS holds,
    max(bank_file_no) AS bank_file_no, arg_max(code, bank_file_no) AS code,
    max((
        SELECT max(said_at) FROM put_right
        WHERE put_right.bank_file_no = counted_answer.bank_file_no
            AND coalesce(put_right.item, counted_answer.item) = counted_answer.item
    )) AS counts_since
FROM counted_answer JOIN exception_state($today) USING (run_no, row_number)
WHERE kind IN ('returned', 'rejected', 'statement_credit', 'statement_reversal')
    AND (is_deceased(message, code) OR is_wrong_account(message, code))
    -- That the body paid it otherwise says nothing for the account that it came back from.
    AND (did_not_arrive(state) OR state IN ('disputed', 'paid_elsewhere'))
GROUP BY run_no, row_number;
