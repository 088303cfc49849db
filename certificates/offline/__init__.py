"""Checking without a network: the signed payload of the dense QR, the trust bundle, and who judges by them."""
