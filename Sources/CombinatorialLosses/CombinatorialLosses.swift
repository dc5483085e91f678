@_exported import CombinatorialSolvers
@_exported import DifferentiableTensor
