"""Generated organizations for differential and metamorphic tests."""
