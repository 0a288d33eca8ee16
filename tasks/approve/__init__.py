"""What is done with an approver's answer."""
