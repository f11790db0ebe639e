"""What organisers see of the answers that came in, and decide of those that wait."""
