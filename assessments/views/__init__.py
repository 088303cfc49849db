"""Views, one module per kind of reader: participants, trainers, assessors."""
