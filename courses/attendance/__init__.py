"""Who was in a live session: evidence from several sources, reconciled into minutes and attendance."""
