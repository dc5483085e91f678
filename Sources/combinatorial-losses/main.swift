print("combinatorial-losses")
