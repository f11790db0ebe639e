"""What those who run a group write to all who sit in it."""
