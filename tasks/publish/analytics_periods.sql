-- What a period is, in the file of a body that is not paid by the month alone.
COMMENT ON COLUMN payments.period IS 'The pay period, as the agreement has it: a week is written like 2026-W48, a month like 2026-11.';
COMMENT ON COLUMN left_out.period IS 'The pay period, as the agreement has it: a week is written like 2026-W48, a month like 2026-11.';
COMMENT ON COLUMN runs.period IS 'The pay period, as the agreement has it: a week is written like 2026-W48, a month like 2026-11.';
