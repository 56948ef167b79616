"""Tests of the checking of write-ups."""
