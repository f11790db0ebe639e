"""Offering to serve on juries, juries proposed, people asked."""
