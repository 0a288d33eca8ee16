"""Who somebody is, and what the agreement lets them do."""
