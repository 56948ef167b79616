"""The mathematics: formulas, traces, models, certificates. It knows no quiz and no files."""
