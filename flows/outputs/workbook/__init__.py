"""The assessment workbook 考核汇总表: its plan, its sheets and what they are drawn with."""
