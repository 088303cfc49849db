"""Evaluation of trainings by their participants: forms, frozen questions, anonymous answers, results.

``freezing`` writes the questions into the edition, ``answering`` takes a sheet, ``results`` reads them; ADR 0070 says
why nobody can tell who answered what.
"""
