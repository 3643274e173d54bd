"""What sheets are drawn with: canvas, cells, styles, addresses, the file itself; no sheet is known here."""
