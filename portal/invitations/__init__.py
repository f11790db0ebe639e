"""An event in somebody's calendar: asked, changed, called off, answered."""
