"""What things are: pure rules and formats. No Prefect, no connection, no clock."""
