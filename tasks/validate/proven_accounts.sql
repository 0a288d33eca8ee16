-- Of the payments whose account fails the table, those whose payee was paid to the very same details within twelve
-- months, the last time with nothing coming back: a stale table must not stop good people.
-- failing (row_number): the payments. $run_no: the run. $pay_date: its pay day. $today: the day.
WITH earlier AS (
    SELECT run_no FROM run WHERE pay_date >= $pay_date - INTERVAL 12 MONTH AND pay_date < $pay_date
),
paid AS (
    SELECT sent.payee_reference, sent.sort_code, sent.account_number, coalesce(sent.roll_number, '') AS roll_number,
        arg_max(outcome.state, outcome.entry_date) AS last_outcome
    FROM payment_state($today) AS outcome
    JOIN sent_row AS sent USING (run_no, row_number)
    WHERE outcome.run_no IN (SELECT run_no FROM earlier)
        AND (outcome.state IN ('credited', 'amended') OR did_not_arrive(outcome.state))
        AND sent.payee_reference IN (
            SELECT payee_reference FROM raw_extract_row SEMI JOIN failing USING (row_number) WHERE run_no = $run_no
        )
    GROUP BY ALL
)
SELECT sent.row_number
FROM sent_row AS sent
SEMI JOIN failing USING (row_number)
SEMI JOIN paid
    ON paid.payee_reference = sent.payee_reference
    AND paid.sort_code = sent.sort_code
    AND paid.account_number = sent.account_number
    AND paid.roll_number = coalesce(sent.roll_number, '')
    AND paid.last_outcome = 'credited'
WHERE sent.run_no = $run_no
ORDER BY sent.row_number;
