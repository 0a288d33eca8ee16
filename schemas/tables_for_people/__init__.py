"""Tables that people open in a spreadsheet: no cell of them is ever taken for a formula, and none loses a zero."""
