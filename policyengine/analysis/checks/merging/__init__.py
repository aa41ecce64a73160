"""Checks of the effects that policies have on each other on the way down, where AWS stays silent."""
