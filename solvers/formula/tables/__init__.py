"""Number tables: what the one interpreter computes with. Each says how entries are combined, and nothing about
formulas.
"""
