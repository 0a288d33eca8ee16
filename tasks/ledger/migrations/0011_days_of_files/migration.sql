CREATE TABLE period_day (
    run_no INTEGER NOT NULL,
    pay_day DATE NOT NULL
);

CREATE TABLE file_day_rows (
    run_no INTEGER NOT NULL,
    day_no INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    last_row INTEGER NOT NULL
);

ALTER TABLE core_bank_answer ADD COLUMN day_no INTEGER;
ALTER TABLE settlement ADD COLUMN day_no INTEGER;
ALTER TABLE recall ADD COLUMN day_no INTEGER;
ALTER TABLE core_paid_elsewhere ADD COLUMN due DATE;
