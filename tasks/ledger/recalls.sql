-- Recalls that stand: asked, or confirmed, and the bank's files do not prove yet that the payment did not arrive; not
-- those that failed. One of a whole file stands as the first of its days that is not proven. Asks for payment_state's
-- definitions, and opens no part.
CREATE OR REPLACE TEMP MACRO standing_recall(as_at) AS TABLE
SELECT recall_no, recall.run_no, run_id, recall.row_number, recall.payments, recall.pence, recall.reason,
    recall_by, said_by, agreed_by, said_at, coalesce(apart.state, way.state) AS state, coalesce(outcome, '') AS outcome,
    coalesce(bank_reference, '') AS bank_reference,
    if(recall.day_no IS NOT NULL OR recall.row_number IS NOT NULL, way.day_no, NULL) AS day_no,
    if(recall.day_no IS NOT NULL, way.entry_date, NULL) AS pay_day
FROM recall
JOIN run USING (run_no)
LEFT JOIN row_day AS of_row ON of_row.run_no = recall.run_no AND of_row.row_number = recall.row_number
JOIN run_standing(as_at) AS way ON way.run_no = recall.run_no AND (
    coalesce(recall.day_no, recall.row_number) IS NULL OR way.day_no = coalesce(recall.day_no, of_row.day_no, 0)
)
LEFT JOIN exception_state(as_at) AS apart
    ON apart.run_no = recall.run_no AND apart.row_number = recall.row_number
LEFT JOIN (
    SELECT recall_no, arg_max(outcome, recall_outcome_no) AS outcome,
        arg_max(bank_reference, recall_outcome_no) AS bank_reference
    FROM recall_outcome GROUP BY recall_no
) AS answer USING (recall_no)
WHERE outcome IS DISTINCT FROM 'failed'
    AND NOT may_be_paid_again(coalesce(apart.state, way.state), coalesce(apart.is_proven, way.is_proven))
QUALIFY row_number() OVER (PARTITION BY recall_no ORDER BY way.day_no) = 1;
