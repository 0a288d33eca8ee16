"""A new body: what its contract and agreement lack, alone and together, and what is to be done before they count."""
