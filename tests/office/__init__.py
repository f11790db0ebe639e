"""What is read from and written to files of word processors and spreadsheets."""
