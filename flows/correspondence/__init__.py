"""What goes to a unit: templates, receipts, marked copies, reminders."""
