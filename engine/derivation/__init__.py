"""Write-ups checked line by line: text -> formulas with their places -> statements -> a verdict for each step."""
