-- The answers by which the bank has advised to change a payment's details (AWACS), as long as no period's extract has
-- come since that no longer has the old ones: its gate says so. What a supplementary extract leaves out says nothing of
-- them. Two people can say that it has been looked into.
CREATE OR REPLACE TEMP VIEW open_advised AS
SELECT bank_file_no, item, run_no, row_number, bank_date
FROM counted_answer AS advice JOIN (SELECT bank_file_no, received_at FROM bank_file) USING (bank_file_no)
WHERE kind = 'advised' AND run_no > 0 AND row_number IS NOT NULL AND NOT EXISTS (
    FROM out_gate JOIN run AS later USING (run_no) JOIN journal ON journal.run_id = later.run_id AND stage = 'assess'
    WHERE gate = 'advised_details_are_updated' AND out_gate.verdict = 'go'
        AND later.kind IN ('full', 'correction') AND recorded_at > received_at
) AND NOT EXISTS (
    FROM settlement WHERE settlement.bank_file_no = advice.bank_file_no AND settlement.item = advice.item
        AND decision = 'dismiss'
);

-- The payments that they are of.
CREATE OR REPLACE TEMP VIEW open_advice AS
SELECT run_no, row_number, min(bank_date) AS advised_on FROM open_advised GROUP BY run_no, row_number;
