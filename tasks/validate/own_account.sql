-- Payments that would go into an account that the money leaves, as both are written to the bank.
-- $run_no: the run. $own: sort code and account number of each paying account, one after the other.
INSERT INTO core_left_out (run_no, row_number, outcome, column_name, rule)
SELECT run_no, row_number, 'held', 'account_number', 'goes_to_the_paying_account'
FROM sent_row SEMI JOIN core_payment USING (run_no, row_number)
WHERE run_no = $run_no AND concat(sort_code, account_number) IN (SELECT unnest($own));
