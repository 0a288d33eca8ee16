"""Where each field of a Bacs Standard 18 file stands, for tests that read one by place alone.

From the published positions, which count from 1 and include both ends, and never from siller's own tables.
"""


def at(first: int, last: int) -> slice:
    """The characters from the first to the last, as the tables of the standard count them."""
    return slice(first - 1, last)


# A submission of one file: four labels, the records, three labels.
RECORDS = slice(4, -3)

# Data and contra records.
SORT_CODE, ACCOUNT, PAYEES_ACCOUNT = at(1, 6), at(7, 14), at(1, 14)
TRANSACTION_CODE = at(16, 17)
PAYING_ACCOUNT = at(18, 31)
AMOUNT = at(36, 46)
REFERENCE, NAME = at(65, 82), at(83, 100)
RECORDS_DAY = at(101, 106)

# VOL1
SERIAL, SUBMITTER = at(5, 10), at(42, 47)

# HDR1
SERVICE_USER = at(6, 11)
FILE_SERIAL_AND_OWNER, OWNER = at(15, 21), at(16, 21)
SET_IDENTIFICATION = at(22, 27)
FILE_SEQUENCE = at(32, 35)
ALL_BUT_BLOCK_COUNT = at(5, 54)

# HDR2
RECORD_LENGTH = at(11, 15)

# UHL1
PROCESSING_DAY = at(5, 10)
WORK_CODE, FILE_NUMBER = at(29, 37), at(38, 40)

# UTL1
DEBIT_PENCE, CREDIT_PENCE = at(5, 17), at(18, 30)
DEBITS, CREDITS, COUNTS = at(31, 37), at(38, 44), at(31, 44)
SUMS_AND_COUNTS = at(5, 44)
