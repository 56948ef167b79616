"""The parts of screens: each shows what it is given and posts messages; none knows the engine's state."""
