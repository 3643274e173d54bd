"""The year's workbook (年度考核汇总表), from the months' pieces."""
