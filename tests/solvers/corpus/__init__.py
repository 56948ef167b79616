"""Twin pairs: formulas with a true and a false partner, written and judged without any part of the formula language."""
