"""What is said not to have arrived: the bank is asked, and nobody pays it again meanwhile."""
