"""What others read of a run: the analysts' file and the pages."""
