"""A group asked about jury duty: who is near which school, one mail, and who has answered what."""
