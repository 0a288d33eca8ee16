-- The sealed files that go with a period: what several periods use goes with the last of them, whatever it is to each.
-- The evidence of one payment may be that of another, or the very statement that the bank has sent of a third.
SELECT sha256 FROM sealed_file WHERE has_to_be_there AND (period = $period OR came_on BETWEEN $first_day AND $last_day)
EXCEPT SELECT sha256 FROM sealed_file WHERE period <> $period AND period NOT IN (SELECT period FROM erasure)
EXCEPT SELECT sha256 FROM erased_file
