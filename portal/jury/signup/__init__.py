"""Volunteering: which schools suit me, the steps of a sign-up, and the offer that comes of it."""
