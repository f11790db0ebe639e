"""The job engine on PostgreSQL: it wakes workers on any host; the outbox decides what is sent."""
