"""The screens of the certificates: public checking, the holder's own, decisions, the team."""
