"""Signals that people may look into: answers faster than reading, two devices at once, the same wrong answers,
questions that stood on too many papers.  They are no verdicts: nothing here changes, stores or withholds
anything."""
