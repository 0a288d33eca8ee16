-- What was recorded as paid outside siller, and what of that came back: a recording of amounts below nothing.

-- The lines of payments that came back since they were recorded; worked out once, as what the bank's files prove is.
CREATE OR REPLACE TEMP TABLE elsewhere_back AS
SELECT DISTINCT paid.paid_elsewhere_no, paid.line
FROM core_paid_elsewhere AS paid JOIN core_paid_elsewhere AS back
    ON back.payee_reference = paid.payee_reference AND back.occurrence = paid.occurrence
    AND (back.due = paid.due OR paid.due IS NULL)
    AND back.pay_period = paid.pay_period AND payment_kind(back.kind) = payment_kind(paid.kind)
    AND back.paid_elsewhere_no > paid.paid_elsewhere_no
WHERE paid.amount_pence >= 0 AND back.amount_pence < 0;

-- The payments that stand as paid there. One that was recorded when the period had one pay day may be of each of those
-- that it has now.
CREATE OR REPLACE TEMP VIEW standing_elsewhere AS
SELECT * EXCLUDE (days, may_be_due) REPLACE (occurrence_on(occurrence, days, may_be_due) AS occurrence),
    occurrence_on('', days, may_be_due) AS of_day
FROM (
    SELECT paid.*, days, unnest(if(days IS NULL OR due IS NOT NULL, [due], days)) AS may_be_due
    FROM core_paid_elsewhere AS paid ANTI JOIN elsewhere_back USING (paid_elsewhere_no, line)
    LEFT JOIN days_of_period ON period = pay_period
    WHERE amount_pence >= 0
);
