"""Question files and the bank: what a file would bring, taking it in and back, and writing the bank to a file."""
