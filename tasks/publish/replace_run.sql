-- Put one run into the analysts' file, in place of what stands there of it.
-- Variables: run_no, as_at (the moment), today. The macro pseudonym(reference): pseudonym_key.py.

CREATE OR REPLACE TEMP VIEW published_run AS
    SELECT * FROM run WHERE run_no = getvariable('run_no');

DELETE FROM analytics.payments WHERE run_id = (SELECT run_id FROM published_run);
DELETE FROM analytics.left_out WHERE run_id = (SELECT run_id FROM published_run);
DELETE FROM analytics.runs WHERE run_id = (SELECT run_id FROM published_run);
DELETE FROM analytics.gates WHERE run_id = (SELECT run_id FROM published_run);
DELETE FROM analytics.bank_answers WHERE run_id = (SELECT run_id FROM published_run);

INSERT INTO analytics.payments BY NAME
SELECT
    run.run_id,
    run.period,
    sent.row_number,
    run.run_id || '/' || sent.row_number AS payment_id,
    CASE WHEN trim(sent.payee_reference) <> '' THEN pseudonym(sent.payee_reference) END AS payee,
    -- What is no sort code or account number may be anything, a name in the wrong column too: nothing of it is shown.
    CASE WHEN regexp_full_match(sent.sort_code, '[0-9]{6}') THEN left(sent.sort_code, 2) END AS bank,
    CASE WHEN regexp_full_match(sent.account_number, '[0-9]{8}') THEN '****' || right(sent.account_number, 4) END AS account,
    stands.amount_pence,
    stands.cashed_pence,
    CASE WHEN stands.amount_pence IS NULL AND regexp_full_match(sent.amount, '-?[0-9]{1,15}\.[0-9]{2}')
        THEN replace(sent.amount, '.', '')::BIGINT END AS left_out_pence,
    stands.processing_date,
    stands.entry_date,
    stands.state
FROM published_run AS run
JOIN raw_extract_row AS sent USING (run_no)
JOIN payment_state(getvariable('today')) AS stands USING (run_no, row_number);

INSERT INTO analytics.left_out BY NAME
SELECT run.run_id, run.period, row_number, run.run_id || '/' || row_number AS payment_id, outcome, column_name, rule
FROM published_run AS run JOIN core_left_out USING (run_no);

INSERT INTO analytics.runs BY NAME
SELECT
    run.run_id, run.tenant, run.period, run.mode, run.kind, run.pay_date, run.extract_sha256, run.declared_total,
    (SELECT count(*) FROM raw_extract_row WHERE run_no = run.run_no) AS extract_rows,
    (SELECT count(*) FROM analytics.payments WHERE run_id = run.run_id AND state = 'refused') AS refused_rows,
    (SELECT count(*) FROM analytics.payments WHERE run_id = run.run_id AND state = 'held') AS held_rows,
    (SELECT count(*) FROM analytics.payments WHERE run_id = run.run_id AND state = 'corrected') AS corrected_rows,
    (SELECT count(*) FROM core_payment WHERE run_no = run.run_no) AS payable_rows,
    (SELECT coalesce(sum(amount_pence), 0) FROM core_payment WHERE run_no = run.run_no) AS payable_pence,
    file.sha256 AS file_sha256,
    file.serial AS file_serial,
    file.payments AS file_payments,
    file.pence AS file_pence,
    days.processing_date,
    days.entry_date,
    (SELECT max(recorded_at) FROM journal WHERE run_id = run.run_id AND stage = 'release') AS released_at,
    getvariable('as_at') AS published_at
FROM published_run AS run LEFT JOIN payment_file AS file USING (run_no)
LEFT JOIN days_of_runs() AS days USING (run_no);

INSERT INTO analytics.gates BY NAME
SELECT
    run.run_id, gate, out_gate.kind, verdict, figure, threshold, explanation,
    measured ->> ('$.' || gate || '.figure') AS measure,
    (measured ->> ('$.' || gate || '.number'))::DOUBLE AS number,
    (measured ->> ('$.' || gate || '.refer_above'))::DOUBLE AS refer_above,
    (measured ->> ('$.' || gate || '.no_go_above'))::DOUBLE AS no_go_above
FROM published_run AS run JOIN out_gate USING (run_no)
LEFT JOIN (
    SELECT run_id, (figures::JSON ->> 'measured')::JSON AS measured FROM journal WHERE stage = 'assess'
) AS assessed USING (run_id);

INSERT INTO analytics.bank_answers BY NAME
SELECT
    run.run_id,
    run.run_id || '/' || answer.row_number AS payment_id,
    answer.message,
    answer.kind,
    CASE WHEN NOT regexp_full_match(answer.code, '[A-Za-z0-9]{0,4}') THEN 'other' ELSE nullif(answer.code, '') END AS code,
    answer.amount_pence,
    answer.bank_date,
    file.received_at
FROM published_run AS run
JOIN core_bank_answer AS answer USING (run_no)
JOIN bank_file AS file USING (bank_file_no);
