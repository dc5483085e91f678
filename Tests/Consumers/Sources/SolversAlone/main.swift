import CombinatorialSolvers
import Experiments

let solution = try Assignment().solve(costs, rows: 3, columns: 3)
print(solution.value)
