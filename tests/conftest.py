"""Shared fixtures.  Servers that the tests need are started here, once a session."""
