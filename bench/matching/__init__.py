"""The matching measured: beside what people do by hand, an independent optimum, and at sizes."""
