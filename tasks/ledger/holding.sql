-- The payments that did not arrive for a reason that holds something, and what; no extract's rows are read for it.
CREATE OR REPLACE TEMP MACRO holding(as_at) AS TABLE
SELECT run_no, row_number, if(bool_or(is_deceased(message, code)), 'payee', 'account') AS holds,
    max(bank_file_no) AS bank_file_no, arg_max(code, bank_file_no) AS code
FROM counted_answer JOIN exception_state(as_at) USING (run_no, row_number)
WHERE kind IN ('returned', 'rejected', 'statement_credit', 'statement_reversal')
    AND (is_deceased(message, code) OR is_wrong_account(message, code))
    -- That the body paid it otherwise says nothing for the account that it came back from.
    AND (did_not_arrive(state) OR state IN ('disputed', 'paid_elsewhere'))
GROUP BY run_no, row_number;
