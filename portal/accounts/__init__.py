"""Signing in by a mailed link, one's own profile, and the people organisers look up."""
