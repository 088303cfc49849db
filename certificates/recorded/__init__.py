"""Earlier paper certificates (*tercatat*): entered by one person, agreed to by another, shown as what they are."""
