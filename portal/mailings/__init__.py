"""What organisers write to many: drafted, previewed, sent, watched and stopped."""
