// swift-tools-version: 6.1
import Foundation
import PackageDescription

// Programs of users, one for each way to depend on the package; check.sh copies them beside the build, and adds a
// program for each one that README has.

let package = Package(
  name: "Consumers",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-combinatorial-losses", path: "../..")])

func program(_ name: String, products: [String], targets: [String] = []) {
  package.targets.append(
    .executableTarget(
      name: name,
      dependencies: targets.map { .target(name: $0) }
        + products.map { .product(name: $0, package: "swift-combinatorial-losses") }))
}

// Names that ours might have, were they not longer.
let taken = ["Benchmarks", "CZlib", "Experiments", "TestSupport"]
package.targets += taken.map { .target(name: $0) }
program("SolversAlone", products: ["CombinatorialSolvers"], targets: taken)
program("Losses", products: ["CombinatorialLosses"])
program("DifferentiableSwift", products: ["DifferentiableSwiftSolvers"])

// The code of the article, beside declarations of what it uses of MLX, which does not run on Linux.
package.targets += [
  .target(name: "MLX"),
  .target(
    name: "MLXArticle",
    dependencies: [
      "MLX", .product(name: "CombinatorialSolvers", package: "swift-combinatorial-losses"),
    ]),
]

let sources = try FileManager.default.contentsOfDirectory(
  atPath: Context.packageDirectory + "/Sources")
for name in sources.sorted() where name.hasPrefix("Readme") {
  program(name, products: ["CombinatorialLosses", "NeuralLayers"])
}
