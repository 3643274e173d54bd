"""What is made from the merged month: workbook, brief, dataset, findings, manifest, site, and the year."""
