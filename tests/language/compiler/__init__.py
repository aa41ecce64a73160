"""Tests of the compiler, with what they share."""
