"""The Wagtail admin's screens of the certificates: rules, signatories, licences, and the register to read."""
