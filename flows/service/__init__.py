"""What runs beside the flows on one machine: the Prefect server, its door, what serves them, and the watch."""
