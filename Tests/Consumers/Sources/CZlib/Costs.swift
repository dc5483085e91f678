/// The costs of three rows and columns.
public let costs: [Float] = [4, 1, 3, 2, 0, 5, 3, 2, 2]
