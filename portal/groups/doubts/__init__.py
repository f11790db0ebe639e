"""Doubts from when minutes were read in, ticked off by organisers with what they found out."""
