"""What a rule kind declares: its parameters, condition, formula, wording and type of finding."""
