"""Looking at an object's properties before loading it."""
