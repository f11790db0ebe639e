"""How fast the portal is, measured against a baseline in the same run."""
