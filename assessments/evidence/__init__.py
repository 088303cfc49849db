"""Practice evidence: what a participant shows of each ATENSI stage, signed or returned by the person's supervisor.

Text, files, versions and receipts are those of assignments; who reads and judges them is decided here.
"""
