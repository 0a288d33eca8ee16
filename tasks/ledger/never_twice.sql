-- What the stages ask to find a payment that is made, or may be made, already: the rows, and the runs beside a run. Nothing
-- here asks where a payment stands; standing_beside.sql does.

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

-- Where payments stand is worked out anew for whoever asks it from here on (standing_beside.sql).
DROP VIEW IF EXISTS temp.standings_defined;
