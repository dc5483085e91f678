import Foundation

/// A predicted and a target sequence on the grid of their alignments: every move, the probability of
/// the target's tokens in each step, and the optimal path with the costs of its moves.
///
/// After figure 2 of "Differentiable Combinatorial Losses through Generalized Gradients of Linear
/// Programs".
public struct AlignmentFigure: Sendable {
  private let predicted, target: [String]
  /// -log p of each target token in each step, row by row.
  private let costs: [Double]
  private let moves: [Character]
  private let gapFactor: Double
  private let title: String

  private static let cell = 84
  private static let left = 120
  private static let top = 96
  private static let margin = 28

  /// - Parameters:
  ///   - predicted: The most probable token of each step, the end included.
  ///   - target: The target, the end included.
  ///   - costs: [predicted, target].
  ///   - moves: The optimal path from the first node on: D, H or V.
  ///   - gapFactor: What a gap costs, as a multiple of the diagonal move from the same node.
  ///   - title: A line above the grid.
  public init(
    predicted: [String], target: [String], costs: [Double], moves: String, gapFactor: Double,
    title: String
  ) {
    (self.predicted, self.target, self.costs) = (predicted, target, costs)
    (self.moves, self.gapFactor, self.title) = (Array(moves), gapFactor, title)
  }

  /// Draws with gnuplot.
  public func write(to path: String) throws(FigureError) {
    var page = FigurePage(width: width, height: height)
    shadeCells(of: &page)
    page.add(lines: edges, "using 1:2:3:4 with vectors nohead linecolor rgb '#b4b4b4' linewidth 1")
    page.add(
      lines: self.path,
      "using 1:2:3:4 with vectors head filled size 9,18 linecolor rgb '#c81e1e' linewidth 3.5")
    page.add(
      lines: nodes,
      "using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb '#505050'")
    page.add(lines: labels, "using 1:2:3 with labels left textcolor rgb '#1446b4'")
    page.add(lines: tokens, "using 1:2:3 with labels textcolor rgb '#202020'")
    try page.write(to: path)
  }

  private var width: Int { Self.left + Self.cell * max(4, target.count) + Self.margin }
  private var height: Int { Self.top + Self.cell * predicted.count + Self.margin }

  /// The node before a step and a target token, in points.
  private func place(_ row: Int, _ column: Int) -> (x: Int, y: Int) {
    (Self.left + Self.cell * column, height - Self.top - Self.cell * row)
  }

  private func cost(_ row: Int, _ column: Int) -> Double {
    costs[min(row, predicted.count - 1) * target.count + min(column, target.count - 1)]
  }

  /// The more probable a target token is in a step, the darker the cell.
  private func shadeCells(of page: inout FigurePage) {
    for row in predicted.indices {
      for column in target.indices {
        let (start, end) = (place(row, column), place(row + 1, column + 1))
        let probability = exp(-cost(row, column))
        let shade = String(format: "%02x", Int((255 - 110 * probability).rounded()))
        page.addRectangle(
          (start.x, end.y), (end.x, start.y),
          "back fillstyle solid noborder fillcolor rgb '#\(shade)\(shade)ff'")
      }
    }
  }

  private var edges: String {
    var lines = ""
    for row in 0...predicted.count {
      for column in 0...target.count {
        for (down, right) in [(1, 0), (0, 1), (1, 1)] {
          let end = (row + down, column + right)
          guard end.0 <= predicted.count, end.1 <= target.count else { continue }
          lines += vector(from: (row, column), to: end)
        }
      }
    }
    return lines
  }

  private func vector(from start: (Int, Int), to end: (Int, Int)) -> String {
    let (first, last) = (place(start.0, start.1), place(end.0, end.1))
    return "\(first.x)\t\(first.y)\t\(last.x - first.x)\t\(last.y - first.y)\n"
  }

  private var nodes: String {
    (0...predicted.count).flatMap { row in
      (0...target.count).map { column in
        let node = place(row, column)
        return "\(node.x)\t\(node.y)\n"
      }
    }.joined()
  }

  /// The nodes that the path goes through.
  private var steps: [(row: Int, column: Int, move: Character)] {
    var (row, column) = (0, 0)
    return moves.map { move in
      defer {
        row += move == "H" ? 0 : 1
        column += move == "V" ? 0 : 1
      }
      return (row, column, move)
    }
  }

  private var path: String {
    steps.map { step in
      vector(
        from: (step.row, step.column),
        to: (step.row + (step.move == "H" ? 0 : 1), step.column + (step.move == "V" ? 0 : 1)))
    }.joined()
  }

  /// The cost of each move of the path beside its middle.
  private var labels: String {
    steps.map { step in
      let node = place(step.row, step.column)
      let value = cost(step.row, step.column) * (step.move == "D" ? 1 : gapFactor)
      let (x, y) =
        switch step.move {
        case "H": (node.x + Self.cell / 4, node.y + 12)
        case "V": (node.x + 8, node.y - Self.cell / 2)
        default: (node.x + Self.cell / 2 + 8, node.y - Self.cell / 3)
        }
      return "\(x)\t\(y)\t\(String(format: "%.2f", value))\n"
    }.joined()
  }

  private var tokens: String {
    let columns = target.enumerated().map { column, token in
      let node = place(0, column)
      return text(node.x + Self.cell / 2, node.y + 16, token)
    }
    let rows = predicted.enumerated().map { row, token in
      let node = place(row, 0)
      return text(node.x - Self.left / 2 + 10, node.y - Self.cell / 2, token)
    }
    return text(width / 2, height - 20, title)
      + text(
        width / 2, height - 42, "across: the target; down: the most probable token of each step")
      + (columns + rows).joined()
  }

  private func text(_ x: Int, _ y: Int, _ text: String) -> String {
    "\(x)\t\(y)\t\(FigurePage.plain(text))\n"
  }
}
