"""The portal for Oppdrag Oslofjorden: events, juries and the calendars that follow them."""
