import Foundation

/// A page that gnuplot draws, in points: pixels, frames, texts and lines on white, the first ones lowest.
struct FigurePage {
  /// A text and where it stands, from the top left corner.
  struct Text {
    let x, y: Int
    let color: String
    let text: String

    /// - Parameter color: Red, green and blue in hexadecimal digits.
    init(_ x: Int, _ y: Int, _ color: String, _ text: String) {
      (self.x, self.y, self.color, self.text) = (x, y, color, text)
    }
  }

  let width, height: Int
  private var commands: [String]
  private var plots: [String] = []
  private var files: [String: Data] = [:]

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    commands = [
      "unset border; unset tics; unset key", "set margins 0, 0, 0, 0",
      "set xrange [0:\(width)]; set yrange [0:\(height)]", "set datafile separator tab",
      "set style textbox opaque noborder fillcolor rgb 'white'",
    ]
  }

  /// White in red, green and blue, for ``add(pixels:)``.
  var whitePixels: [UInt8] { .init(repeating: 255, count: 3 * width * height) }

  /// - Parameter pixels: `[height, width, 3]`.
  mutating func add(pixels: [UInt8]) {
    add(
      Data(pixels),
      "binary array=(\(width),\(height)) flipy format='%uchar%uchar%uchar' using 1:2:3 with rgbimage"
    )
  }

  /// - Parameter style: What gnuplot calls the placement of labels.
  mutating func add(_ texts: [Text], style: String = "") {
    let lines = texts.map {
      "\($0.x)\t\(height - $0.y)\t0x\($0.color)\t\(Self.plain($0.text))\n"
    }
    add(lines: lines.joined(), "using 1:2:4:3 with labels \(style) textcolor rgb variable")
  }

  /// Lines of numbers and texts, apart by tabs; y goes up from the lower edge.
  mutating func add(lines: String, _ style: String) {
    if !lines.isEmpty { add(Data(lines.utf8), style) }
  }

  private mutating func add(_ data: Data, _ style: String) {
    let name = "part\(plots.count)"
    files[name] = data
    plots.append("'\(name)' \(style)")
  }

  /// An empty frame in front of all, from the top left corner.
  mutating func addFrame(
    x: Int, y: Int, width: Int, height: Int, color: String, lineWidth: Double = 2
  ) {
    addRectangle(
      (x, self.height - y - height), (x + width, self.height - y),
      "front fillstyle empty border rgb '#\(color)' linewidth \(lineWidth)")
  }

  /// From the lower left corner.
  mutating func addRectangle(_ low: (x: Int, y: Int), _ high: (x: Int, y: Int), _ style: String) {
    commands.append("set object rectangle from \(low.x),\(low.y) to \(high.x),\(high.y) \(style)")
  }

  /// A text on one line, without what gnuplot takes for the end of it.
  static func plain(_ text: String) -> String {
    String(text.map { $0.isWhitespace ? " " : $0 == "\"" ? "'" : $0 })
  }

  func write(to path: String) throws(FigureError) {
    let script = (commands + ["plot \(plots.joined(separator: ", "))"]).joined(separator: "\n")
    try Gnuplot.draw(script, files: files, width: width, height: height, to: path)
  }
}
