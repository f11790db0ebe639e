"""What people are reminded of: when it is due, who is meant, and taking it back in time."""
