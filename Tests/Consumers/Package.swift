// swift-tools-version: 6.1
import PackageDescription

// Programs of users, one for each way to depend on the package. check.sh copies them to where they are built, and adds
// the programs of README.

/// A program that uses products of ours, and targets of its own.
func program(_ name: String, products: [String], targets: [String] = []) -> Target {
  .executableTarget(
    name: name,
    dependencies: targets.map { .target(name: $0) }
      + products.map { .product(name: $0, package: "swift-combinatorial-losses") })
}

// Names that ours might have, were they not longer.
let taken = ["Benchmarks", "CZlib", "Experiments", "TestSupport"]

// check.sh writes their names here: a package manager may keep what a manifest of the same text once found in folders.
let programsOfReadme: [String] = []

let package = Package(
  name: "Consumers",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-combinatorial-losses", path: "../..")],
  targets: taken.map { .target(name: $0) } + [
    program("SolversAlone", products: ["CombinatorialSolvers"], targets: taken),
    program("Losses", products: ["CombinatorialLosses"]),
    program("DifferentiableSwift", products: ["DifferentiableSwiftSolvers"]),
    // The code of an article, beside declarations of what it uses of MLX, which does not run on Linux.
    .target(name: "MLX"),
    .target(
      name: "MLXArticle",
      dependencies: [
        "MLX", .product(name: "CombinatorialSolvers", package: "swift-combinatorial-losses"),
      ]),
  ]
    + programsOfReadme.map {
      program($0, products: ["CombinatorialSolvers", "CombinatorialLosses", "NeuralLayers"])
    })
