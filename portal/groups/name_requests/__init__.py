"""Asking a body who shall have a place in a group, and taking its answer by a mailed link."""
