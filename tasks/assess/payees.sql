-- One row: what the payees of a run come to beside those of the period before it. Asks for the table of payee.sql.
SELECT
    count(*) FILTER (rows_now > 0) AS payees,
    count(*) FILTER (rows_last > 0) AS payees_last,
    count(*) FILTER (rows_now > 0 AND rows_last = 0) AS joiners,
    count(*) FILTER (rows_now = 0) AS leavers,
    coalesce(sum(payments_now) FILTER (payments_now = payments_last AND paid_now = paid_last), 0) AS unchanged,
    coalesce(quantile_disc(pence_last, 0.5), 0) AS usual_pence,
    -- Up or down: a tenth of last period's pay harms its payee as ten times does the body. Of several the first row.
    arg_max({'row_number': row_number, 'pence': pence_now, 'pence_last_time': pence_last},
            (greatest(pence_now / pence_last, pence_last / pence_now), -row_number))
        FILTER (pence_now IS NOT NULL AND pence_last IS NOT NULL) AS biggest_change,
    -- The same of so many payees, for those who may see whose they are.
    arg_max({'row_number': row_number, 'pence': pence_now, 'pence_last_time': pence_last},
            (greatest(pence_now / pence_last, pence_last / pence_now), -row_number), 10)
        FILTER (pence_now <> pence_last) AS changes,
    -- Those who are paid now, by what they had last time; the three add up.
    count(*) FILTER (payments_now > 0 AND payments_last > 0) AS paid_both,
    coalesce(sum(pence_now) FILTER (payments_last > 0), 0) AS paid_both_pence,
    coalesce(sum(pence_last) FILTER (payments_now > 0), 0) AS paid_both_pence_last,
    count(*) FILTER (payments_now > 0 AND rows_last = 0) AS paid_new,
    coalesce(sum(pence_now) FILTER (rows_last = 0), 0) AS paid_new_pence,
    count(*) FILTER (payments_now > 0 AND payments_last = 0 AND rows_last > 0) AS paid_again,
    coalesce(sum(pence_now) FILTER (payments_last = 0 AND rows_last > 0), 0) AS paid_again_pence,
    count(*) FILTER (rows_now = 0 AND payments_last > 0) AS missing,
    coalesce(sum(pence_last) FILTER (rows_now = 0), 0) AS missing_pence,
    coalesce(sum(payments_now), 0) AS payments_now,
    coalesce(sum(pence_now), 0) AS pence_now,
    coalesce(sum(payments_last), 0) AS payments_last,
    coalesce(sum(pence_last), 0) AS pence_last
FROM payee;
