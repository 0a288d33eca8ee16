-- Which day of its payment file a payment is paid on: all that asks what became of a payment asks by run and day_no.

CREATE OR REPLACE TEMP MACRO days_of_runs() AS TABLE
SELECT run_no, min(processing_date) AS processing_date, min(entry_date) AS first_entry_date,
    max(entry_date) AS entry_date, max(returns_closed) AS returns_closed
FROM file_day GROUP BY run_no;

-- What each run that has its files pays by all of them, and the hash that binds an approval to these very files; see
-- Instruct.all_sha256.
CREATE OR REPLACE TEMP VIEW run_file AS
SELECT run_no, if(voucher.sha256 IS NULL, file.sha256, sha256(coalesce(file.sha256, '') || ' ' || voucher.sha256)) AS sha256,
    coalesce(file.payments, 0) + coalesce(voucher.payments, 0) AS payments,
    coalesce(file.pence, 0) + coalesce(voucher.pence, 0) AS pence, file.serial
FROM payment_file AS file FULL JOIN voucher_file AS voucher USING (run_no);

-- A file of one day has no need of numbers: its day is 0, as is that of a run which has no file yet.
CREATE OR REPLACE TEMP VIEW numbered_day AS
SELECT *, if(count(*) OVER of_run = 1, 0, row_number() OVER (of_run ORDER BY entry_date))::INTEGER AS day_no
FROM file_day WINDOW of_run AS (PARTITION BY run_no);

CREATE OR REPLACE TEMP VIEW row_day AS
SELECT run_no, unnest(range(first_row, last_row + 1))::INTEGER AS row_number, day_no FROM file_day_rows;

-- The pay days of each period that has several, as the agreement of its latest run has them.
CREATE OR REPLACE TEMP VIEW days_of_period AS
SELECT period, list(pay_day ORDER BY pay_day) AS days FROM period_day JOIN run USING (run_no)
WHERE run_no IN (SELECT max(run_no) FROM run GROUP BY period) GROUP BY period;

-- The pay day of each run from when its period had one alone. A supplementary extract's rows named the day on which they
-- were paid: they were due on that one all the same.
CREATE OR REPLACE TEMP VIEW only_day AS
SELECT run.run_no, arg_max(whole.pay_date, whole.run_no) AS only_day
FROM run JOIN run AS whole ON whole.period = run.period AND whole.run_no <= run.run_no
    AND whole.kind IN ('full', 'correction')
WHERE run.run_no NOT IN (SELECT run_no FROM period_day) AND whole.run_no NOT IN (SELECT run_no FROM period_day)
GROUP BY run.run_no;

-- The occurrence of a payment, which of a period with several pay days also says on which it is due. A day that moved
-- since, or was written wrongly, is the nearest one: nobody is paid again because a date is another now.
CREATE OR REPLACE TEMP MACRO occurrence_on(occurrence, days, due) AS
    CASE WHEN days IS NULL THEN occurrence
    ELSE occurrence || ' on day ' || coalesce(
        list_position(
            list_transform(days, lambda agreed: abs(date_diff('day', agreed, due))),
            list_min(list_transform(days, lambda agreed: abs(date_diff('day', agreed, due))))
        ), 1
    ) END;
