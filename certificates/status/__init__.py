"""Status lists: what is revoked or suspended, as W3C Bitstring Status List 1.0, signed and published for everybody."""
