"""The front page, my page and the organisers' desk: pages that join what the features know."""
