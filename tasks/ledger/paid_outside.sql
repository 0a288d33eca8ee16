-- What was recorded as paid outside siller, and what of that came back: a recording of amounts below nothing.

-- The lines of payments that came back since they were recorded; worked out once, as what the bank's files prove is.
CREATE OR REPLACE TEMP TABLE elsewhere_back AS
SELECT DISTINCT paid.paid_elsewhere_no, paid.line
FROM core_paid_elsewhere AS paid JOIN core_paid_elsewhere AS back
    ON back.payee_reference = paid.payee_reference AND back.occurrence = paid.occurrence
    AND back.due IS NOT DISTINCT FROM paid.due
    AND back.pay_period = paid.pay_period AND payment_kind(back.kind) = payment_kind(paid.kind)
    AND back.paid_elsewhere_no > paid.paid_elsewhere_no
WHERE paid.amount_pence >= 0 AND back.amount_pence < 0;

-- The payments that stand as paid there.
CREATE OR REPLACE TEMP VIEW standing_elsewhere AS
SELECT paid.* REPLACE (occurrence_on(occurrence, days, due) AS occurrence), occurrence_on('', days, due) AS of_day
FROM core_paid_elsewhere AS paid ANTI JOIN elsewhere_back USING (paid_elsewhere_no, line)
LEFT JOIN days_of_period ON period = pay_period
WHERE amount_pence >= 0;
