"""The quiz, headless: banks, variants, grading, sessions, storage. It knows no terminal."""
