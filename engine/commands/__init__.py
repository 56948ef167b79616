"""What the commands do, a file for those that belong together. Reads and prints; decides nothing."""
