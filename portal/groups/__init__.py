"""Groups, their places, meetings and minutes, and what follows from them."""
