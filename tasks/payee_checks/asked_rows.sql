-- The details of rows but for vouchers, as they are written to the bank, once each: of rows with the same details the first one.
-- asked (row_number): the rows. $run_no: their run. Asks for the definitions of never_twice.sql.
SELECT row_number, payee_name, sort_code, account_number, coalesce(roll_number, '') AS roll_number
FROM sent_row SEMI JOIN asked USING (row_number) WHERE run_no = $run_no AND sort_code <> 'voucher'
QUALIFY row_number() OVER (
    PARTITION BY plain_name(payee_name), sort_code, account_number, upper(unspaced(roll_number)) ORDER BY row_number
) = 1
ORDER BY row_number;
