"""What somebody shall do after a meeting, until it is done."""
