"""What is done in the room: who is there, what is said and agreed, written as it happens."""
