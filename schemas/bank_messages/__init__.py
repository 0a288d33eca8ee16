"""What a bank says back about a payment file, whatever the message, as one frame of bank answers."""
