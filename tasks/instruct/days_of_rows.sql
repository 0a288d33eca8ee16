-- Which rows a file of several days pays on which: one stretch of rows a line. $run_no: the run.
INSERT INTO file_day_rows (run_no, day_no, first_row, last_row)
SELECT $run_no, day_no, min(row_number), max(row_number)
FROM (
    -- Among all payments, and among those of its own day, a row's place grows by one alike until a row of another comes.
    SELECT row_number, day_no, row_number() OVER (ORDER BY row_number)
        - row_number() OVER (PARTITION BY day_no ORDER BY row_number) AS stretch
    FROM core_payment AS payment
    JOIN raw_extract_row AS sent USING (run_no, row_number)
    JOIN numbered_day AS day ON day.run_no = $run_no AND day.entry_date = strptime(sent.pay_date, '%d/%m/%Y')::DATE
    WHERE payment.run_no = $run_no AND day_no > 0
)
GROUP BY day_no, stretch
ORDER BY ALL
