"""What others may see: the analysts' file, and the pages that people read."""
