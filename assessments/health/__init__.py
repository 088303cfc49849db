"""Item health: the statistics of real quizzes, from their attempts to a page people can act upon."""
