"""An address of the demo for every page of the portal, and who should look at it."""
