-- What is known of each payment of a run to details that its payee has not been proven to have: one row a payment.
-- $run_no: the run. $rules: those by which payee checks hold rows. $today: the day on which the run was opened.
-- $by_weight: what is known, the lightest first. $binds_days: for how many days a match, or a call, counts. $is_overdue: whether the bank should have answered by now.
--
-- Details are proven by money that was credited to them and can come back no more; they are changed if the payee was
-- paid to others. The bank's answer binds name, sort code, account and roll number, whoever is paid there; a call binds
-- the payee too.
WITH in_question AS MATERIALIZED (
    -- The payments, and the rows that nothing but a payee check keeps from being one.
    SELECT row_number, payee_reference, plain_name(payee_name) AS name, sort_code, account_number,
        upper(unspaced(roll_number)) AS roll_number
    FROM sent_row
    WHERE run_no = $run_no AND row_number NOT IN (
        SELECT row_number FROM core_left_out WHERE run_no = $run_no AND rule NOT IN (SELECT unnest($rules))
    )
),
released AS (
    SELECT run_no FROM run SEMI JOIN journal ON journal.run_id = run.run_id AND journal.stage = 'release_pending'
    ANTI JOIN withdrawal USING (run_no) WHERE run_no <> $run_no
),
paid AS MATERIALIZED (
    -- Of one day what came back outweighs what did not. A payment that somebody has recalled proves nothing by staying there,
    -- nor does one that was said not to have arrived, wherever it was found.
    SELECT payee_reference, sort_code, account_number, upper(unspaced(roll_number)) AS roll_number,
        -- A run that pays by voucher alone has no day of a payment file.
        coalesce(arg_max(state, (coalesce(stands.entry_date, run.pay_date), state NOT IN ('credited', 'cashed'))) FILTER (
            state IN ('credited', 'cashed') AND recalled.run_no IS NULL AND enquired.run_no IS NULL
                AND (state = 'cashed' OR returns_closed < $today)
            OR state = 'amended' OR did_not_arrive(state)
        ) IN ('credited', 'cashed'), false) AS is_proven
    FROM payment_state($today) AS stands
    JOIN sent_row USING (run_no, row_number)
    JOIN run USING (run_no)
    LEFT JOIN (SELECT DISTINCT run_no, row_number FROM recall WHERE row_number IS NOT NULL) AS recalled
        USING (run_no, row_number)
    LEFT JOIN (SELECT DISTINCT run_no, row_number FROM payment_enquiry) AS enquired USING (run_no, row_number)
    LEFT JOIN file_day ON file_day.run_no = stands.run_no AND file_day.entry_date = stands.entry_date
    WHERE stands.run_no IN (FROM released) AND stands.amount_pence IS NOT NULL
        AND payee_reference IN (SELECT payee_reference FROM in_question)
    GROUP BY ALL
),
unproven AS MATERIALIZED (
    SELECT *, EXISTS (
        FROM paid WHERE paid.payee_reference = asked.payee_reference
            AND (paid.sort_code, paid.account_number, paid.roll_number)
                <> (asked.sort_code, asked.account_number, asked.roll_number)
    ) AS is_changed
    FROM in_question AS asked
    ANTI JOIN (FROM paid WHERE is_proven) AS proven USING (payee_reference, sort_code, account_number, roll_number)
),
weightiest AS (
    -- Two answers to one question: the one that speaks more against the account counts, until the bank is asked anew.
    SELECT run_no, row_number,
        unnest(arg_max(
            {
                'meaning': meaning, 'answered_on': answered_on, 'bank_name': bank_name, 'file_no': payee_answer_file_no,
                'answer_row': row_number
            },
            (list_position($by_weight, meaning), payee_answer_file_no)
        ))
    FROM core_payee_answer GROUP BY run_no, row_number
),
answered AS (
    -- Of answers to several runs the one that the bank gave last counts, and not the file that came in last.
    SELECT plain_name(payee_name) AS name, sort_code, account_number, upper(unspaced(roll_number)) AS roll_number,
        arg_max(meaning, (answered_on, file_no)) AS meaning, max(answered_on) AS answered_on,
        arg_max(bank_name, (answered_on, file_no)) AS bank_name,
        arg_max(file_no, (answered_on, file_no)) AS payee_answer_file_no,
        arg_max(answer_row, (answered_on, file_no)) AS answer_row
    FROM weightiest JOIN sent_row USING (run_no, row_number)
    WHERE run_no IN (SELECT run_no FROM core_payee_answer)
    GROUP BY ALL
),
called AS (
    SELECT payee_reference, plain_name(payee_name) AS name, sort_code, account_number,
        upper(unspaced(roll_number)) AS roll_number, max(call_back_no) AS call_back_no
    FROM call_back JOIN sent_row USING (run_no, row_number)
    WHERE run_no IN (SELECT run_no FROM call_back) AND called_on + $binds_days::INTEGER >= $today
    GROUP BY ALL
)
SELECT row_number, payee_reference,
    CASE
        -- No bank knows whose telephone or address it is.
        WHEN sort_code = 'voucher' THEN 'cannot_be_checked'
        WHEN counts AND meaning = 'match' THEN if(is_changed, 'changed_details', 'match')
        WHEN counts THEN meaning
        WHEN $is_overdue THEN 'not_answered'
        ELSE 'awaited'
    END AS finding,
    if(counts, payee_answer_file_no, NULL) AS payee_answer_file_no, if(counts, answer_row, NULL) AS answer_row, call_back_no,
    if(counts, bank_name, '') AS bank_name
FROM (
    SELECT unproven.*, meaning, payee_answer_file_no, answer_row, call_back_no, bank_name,
        -- Of answers only a match lapses: what speaks against an account stands until the bank says otherwise.
        coalesce(meaning <> 'match' OR answered_on + $binds_days::INTEGER >= $today, false) AS counts
    FROM unproven
    LEFT JOIN answered USING (name, sort_code, account_number, roll_number)
    LEFT JOIN called USING (payee_reference, name, sort_code, account_number, roll_number)
)
ORDER BY row_number;
