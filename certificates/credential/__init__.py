"""The certificate as a verifiable credential (Open Badges 3.0) and as badges that carry it.

``document`` derives it from the record, ``proof`` signs and checks, ``reading`` and ``baking`` take what strangers hand
in, ``pinned`` holds the only contexts that are ever believed.  All of it is pure; ``filing`` stores what it makes.
"""
