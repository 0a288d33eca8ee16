-- Lines of a recording whose payment stands in another line of it, or has been recorded before and not come back.
-- $number: the recording.
WITH recorded AS (
    SELECT paid_elsewhere_no, line,
        count(*) OVER (PARTITION BY payee_reference, occurrence, pay_period, payment_kind(kind)) AS times
    FROM standing_elsewhere
)
SELECT line FROM recorded WHERE paid_elsewhere_no = $number AND times > 1 ORDER BY line;
