"""What groups do, measured."""
