"""What organisers see of the mail: what went to whom, why not, and how to send it once more."""
