"""Assignments (RTL): what a participant hands in as text and files, and a trainer's mark, version by version."""
