// Warm-up.
