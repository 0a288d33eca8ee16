"""What people and analysts may read."""
