"""Calendar entries: iCalendar text, the feeds made of it, and the page that explains them."""
