-- Lines of what came back (the view came_back) that say the same twice, or of which no payment stands as recorded before.
WITH back AS (
    SELECT came_back.* REPLACE (occurrence_on(occurrence, days, due) AS occurrence)
    FROM came_back LEFT JOIN days_of_period ON period = pay_period
)
SELECT line FROM back
WHERE NOT EXISTS (
        FROM standing_elsewhere AS paid
        WHERE paid.payee_reference = back.payee_reference AND paid.occurrence = back.occurrence
            AND paid.pay_period = back.pay_period AND payment_kind(paid.kind) = payment_kind(back.kind)
            AND paid.sort_code = back.sort_code AND paid.account_number = back.account_number
            AND paid.roll_number = back.roll_number AND paid.amount_pence = back.amount_pence
            AND paid.paid_on <= back.paid_on
    )
    OR (
        SELECT count(*) FROM back AS same
        WHERE same.payee_reference = back.payee_reference AND same.occurrence = back.occurrence
            AND same.pay_period = back.pay_period AND payment_kind(same.kind) = payment_kind(back.kind)
    ) > 1
ORDER BY line;
