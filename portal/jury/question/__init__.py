"""What is asked of the matching, as plain values, and its answer as the rows of a plan."""
