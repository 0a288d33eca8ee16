-- Which payments stand in the way of others. Asks for payment_state and for the definitions of never_twice.sql.

-- Whether a payment is made, or may be made, so that nothing else makes it.
CREATE OR REPLACE TEMP MACRO stands_in_the_way(has_left, state, is_proven) AS
    NOT (may_be_paid_again(state, is_proven) OR state = 'paid_elsewhere')
    AND (has_left OR state NOT IN ('replaced', 'stopped', 'declined'));

-- Whether a row of a released run has paid nobody, and may be sent again.
CREATE OR REPLACE TEMP MACRO may_be_sent_again(state, is_proven) AS
    state IN ('refused', 'held') OR may_be_paid_again(state, is_proven);

-- The payments of a period and kind that stand elsewhere than in one run: released, unless they came back; in a run
-- that may still be released; recorded as paid outside siller. And those that somebody has stopped, of that run too:
-- they have no amount, so that it is the payee who is stopped, on every pay day, and not whoever has the same account.
CREATE OR REPLACE TEMP MACRO standing_beside(this_run, as_at) AS TABLE
WITH other AS (
    FROM runs_beside(this_run)
)
SELECT payee_reference, occurrence, of_day, sort_code, account_number, roll_number, amount_pence,
    CASE WHEN has_left THEN 'released' ELSE 'in_another_run' END AS place
FROM payment_state(as_at) AS stands
JOIN other USING (run_no)
JOIN sent_identity USING (run_no, row_number)
WHERE stands.run_no IN (SELECT run_no FROM other)
    AND amount_pence IS NOT NULL
    AND stands_in_the_way(has_left, state, is_proven)
UNION ALL
SELECT payee_reference, unspaced(occurrence), of_day, sort_code, account_number, upper(unspaced(roll_number)),
    amount_pence, 'paid_elsewhere'
FROM elsewhere_beside(this_run)
UNION ALL
SELECT payee_reference,
    left(occurrence, length(occurrence) - length(of_day)) || unnest(
        if(days IS NULL, [''], list_transform(days, lambda each: occurrence_on('', days, each)))
    ), of_day, sort_code, account_number, roll_number, NULL, 'stopped'
FROM sent_identity SEMI JOIN stopped_beside(this_run) AS stopped USING (run_no, row_number)
WHERE run_no IN (SELECT run_no FROM stopped_beside(this_run));

-- That all of this is there.
CREATE OR REPLACE TEMP VIEW standings_defined AS SELECT true;
