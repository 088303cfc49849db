"""Checking whole lists of certificates: read, answered in batches by a task, with a sheet and sealed minutes."""
