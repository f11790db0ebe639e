"""When people are reminded, as organisers choose it for a season or for one event."""
