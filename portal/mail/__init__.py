"""Messages: composed once, kept in the outbox, sent by the delivery, and what came back."""
