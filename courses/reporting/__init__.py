"""The report of an angkatan: facts frozen at closing, then a PDF and a workbook made of them once."""
