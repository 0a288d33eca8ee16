-- The pence of a period's other payments that are made, or may still be: what came back or was taken back is neither.
-- $period, $sha256 and $kind: of an extract. $joins: whether it joins the run that waits, else it takes its place.
-- $today: as of which day. Asks for never_twice's definitions.
WITH other AS (
    SELECT run.run_no, journal.run_id IS NOT NULL AS has_left
    FROM run LEFT JOIN journal ON journal.run_id = run.run_id AND journal.stage = 'release_pending'
    WHERE period = $period AND extract_sha256 <> $sha256
        AND ($joins OR journal.run_id IS NOT NULL OR payment_kind(run.kind) <> $kind)
)
SELECT coalesce(sum(amount_pence), 0)::BIGINT
FROM payment_state($today) AS stands JOIN other USING (run_no)
WHERE stands.run_no IN (SELECT run_no FROM other) AND amount_pence IS NOT NULL
    AND stands_in_the_way(has_left, state, is_proven);
