"""From payable payments to a payment file that has been read back."""
