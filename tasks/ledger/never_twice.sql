-- What the stages ask to find a payment that is made, or may be made, already.

-- A cell without the space around it, whatever sign of space that is: nobody tells two payments apart by it.
CREATE OR REPLACE TEMP MACRO unspaced(cell) AS
    CASE WHEN coalesce(cell, '') = '' THEN ''
    ELSE regexp_replace(cell, '^[\s\p{Z}\p{Cc}\p{Cf}]+|[\s\p{Z}\p{Cc}\p{Cf}]+$', '', 'g') END;

-- A payee's name as one tells it from another's: signs, spaces, accents and capitals make no other name.
CREATE OR REPLACE TEMP MACRO plain_name(name) AS lower(regexp_replace(strip_accents(name), '[^\p{L}\p{N}]', '', 'g'));

-- The identity of each row's payment, and where it goes. The occurrence tells payments of one payee, period and kind
-- apart that are all meant; it comes from the contract, or is 1, and is never counted; and of a period with several pay
-- days (due_row) it says on which the payment is due. A roll number is what the bank is sent: in capitals.
CREATE OR REPLACE TEMP VIEW sent_identity AS
SELECT run_no, row_number, payee_reference,
    occurrence_on(coalesce(nullif(unspaced(occurrence), ''), '1'), days, due) AS occurrence,
    occurrence_on('', days, due) AS of_day, days, sort_code, account_number, upper(unspaced(roll_number)) AS roll_number
FROM due_row;

-- The other runs of a run's period and kind of payment, and whether each may have left.
CREATE OR REPLACE TEMP MACRO runs_beside(this_run) AS TABLE
SELECT run.run_no, journal.run_id IS NOT NULL AS has_left
FROM run
JOIN run AS this ON this.run_no = this_run AND run.run_no <> this.run_no
    AND run.period = this.period AND payment_kind(run.kind) = payment_kind(this.kind)
LEFT JOIN journal ON journal.run_id = run.run_id AND journal.stage = 'release_pending';

-- The runs of the same kind of payment in the periods of another rhythm that share days with a run's.
CREATE OR REPLACE TEMP MACRO runs_overlapping(this_run) AS TABLE
SELECT run.run_no, journal.run_id IS NOT NULL AS has_left
FROM run
JOIN run AS this ON this.run_no = this_run AND payment_kind(run.kind) = payment_kind(this.kind)
JOIN overlapping_period AS shares ON shares.period = this.period AND shares.other = run.period
LEFT JOIN journal ON journal.run_id = run.run_id AND journal.stage = 'release_pending';

-- The payments of the same kind in such periods that were recorded as paid outside siller, and have not come back.
CREATE OR REPLACE TEMP MACRO elsewhere_overlapping(this_run) AS TABLE
SELECT paid.*
FROM standing_elsewhere AS paid
JOIN run AS this ON this.run_no = this_run AND payment_kind(paid.kind) = payment_kind(this.kind)
JOIN overlapping_period AS shares ON shares.period = this.period AND shares.other = paid.pay_period;

-- The rows of a run's period and kind, its own too, that somebody has stopped and not let in again.
CREATE OR REPLACE TEMP MACRO stopped_beside(this_run) AS TABLE
SELECT stop.run_no, stop.row_number
FROM stop
JOIN run USING (run_no)
JOIN run AS this ON this.run_no = this_run
    AND run.period = this.period AND payment_kind(run.kind) = payment_kind(this.kind)
GROUP BY stop.run_no, stop.row_number
HAVING arg_max(is_placed, stop_no);

-- The payments of a run's period and kind that were recorded as paid outside siller, and have not come back.
CREATE OR REPLACE TEMP MACRO elsewhere_beside(this_run) AS TABLE
SELECT paid.*
FROM standing_elsewhere AS paid
JOIN run AS this ON this.run_no = this_run
    AND paid.pay_period = this.period AND payment_kind(paid.kind) = payment_kind(this.kind);

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
