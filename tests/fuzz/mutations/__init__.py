"""From one text to the next, so that much of what was right stays right."""
