print("warm-up")
