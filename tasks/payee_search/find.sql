-- The payments of whoever fits what was asked, in all periods; what was asked stands in $asked, $digits, $words.

-- The words of a name: small, without accents and apostrophes, whatever stands between them.
CREATE OR REPLACE TEMP MACRO words_of(name) AS list_filter(
    string_split_regex(regexp_replace(strip_accents(lower(name)), '[''’`]', '', 'g'), '[^\p{L}\p{N}]+'),
    lambda word: word <> ''
);

-- Rows that fit: a reference or an account as it is, a contact however it is written, a name by all the words asked.
CREATE OR REPLACE TEMP MACRO row_that_fits(asked, digits, asked_contact, words) AS TABLE
SELECT run_no, row_number, payee_reference,
    CASE WHEN regexp_full_match(amount, '[0-9]{1,12}[.][0-9]{2}') THEN replace(amount, '.', '')::BIGINT END AS asked_pence
FROM reached_row
WHERE upper(trim(payee_reference)) = asked
    OR upper(trim(payment_reference)) = asked
    OR upper(trim(roll_number)) = asked
    OR account_number = digits
    OR sort_code || account_number = digits
    OR reached_by = nullif(same_contact(asked_contact), '')
    OR len(words) > 0 AND list_has_all(words_of(payee_name), words);

-- Payments recorded as made outside siller that fit, or whose payee does: these have no name of their own.
CREATE OR REPLACE TEMP MACRO outside_that_fits(asked, digits, payees) AS TABLE
SELECT paid_elsewhere_no AS recording, line, payee_reference
FROM core_paid_elsewhere
WHERE amount_pence >= 0 AND (
    upper(trim(payee_reference)) = asked
    OR upper(trim(roll_number)) = asked
    OR account_number = digits
    OR sort_code || account_number = digits
    OR list_contains(payees, payee_reference)
);

-- Those that were found, with which payee it is; nothing else of theirs. What was paid outside has a recording and no run.
CREATE OR REPLACE TEMP TABLE found_row (
    run_no INTEGER, row_number INTEGER, asked_pence BIGINT, recording INTEGER, line INTEGER, payee INTEGER
);

-- What is told of each row that was found; $runs and $rows are theirs, so that no other part is opened.
CREATE OR REPLACE TEMP MACRO told_of(found_runs, found_rows, as_at) AS TABLE
SELECT found.payee, run.period, run.run_no, run.run_id, found.row_number,
    coalesce(any_value(stands.entry_date), any_value(run.pay_date)) AS pay_day,
    coalesce(any_value(stands.amount_pence), any_value(found.asked_pence)) AS pence,
    any_value(stands.state) AS state,
    coalesce(any_value(answer.code), any_value(left_out.rules), '') AS code
FROM found_row AS found
JOIN run USING (run_no)
JOIN payment_state(as_at) AS stands USING (run_no, row_number)
LEFT JOIN (
    SELECT run_no, row_number, arg_max(code, said_at) AS code FROM counted_answer
    WHERE row_number IS NOT NULL GROUP BY run_no, row_number
) AS answer ON answer.run_no = found.run_no AND answer.row_number = found.row_number
LEFT JOIN (
    SELECT run_no, row_number, string_agg(DISTINCT rule, ', ' ORDER BY rule) AS rules FROM core_left_out
    GROUP BY run_no, row_number
) AS left_out ON left_out.run_no = found.run_no AND left_out.row_number = found.row_number
WHERE stands.run_no IN (SELECT unnest(found_runs)) AND stands.row_number IN (SELECT unnest(found_rows))
GROUP BY found.payee, run.period, run.run_no, run.run_id, found.row_number
ORDER BY run.run_no, found.row_number;

-- What is told of each payment outside siller that was found.
CREATE OR REPLACE TEMP VIEW told_outside AS
SELECT payee, pay_period, recording, line, paid_on, amount_pence,
    if((recording, line) IN (SELECT (paid_elsewhere_no, line) FROM elsewhere_back), 'returned', 'paid_elsewhere') AS state
FROM found_row JOIN (SELECT * RENAME (paid_elsewhere_no AS recording) FROM core_paid_elsewhere) USING (recording, line)
ORDER BY recording, line;
