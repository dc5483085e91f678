// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who uses the losses builds fuzzers: see README.md and run.sh.
// The project is known by the name of its folder, whatever that is.
let project = String(Context.packageDirectory.split(separator: "/").dropLast(2).last ?? "")

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(path: "../..")],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "fuzz-readers",
      dependencies: [
        "CFuzzer",
        .product(name: "Experiments", package: project),
        .product(name: "CombinatorialSolvers", package: project),
        .product(name: "LinearPrograms", package: project),
        .product(name: "NeuralLayers", package: project),
        .product(name: "ProblemFiles", package: project),
      ],
      // The linker that is the default on Linux, gold, ends on the sanitizers' symbols.
      linkerSettings: [.unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux]))]),
  ],
  swiftLanguageModes: [.v6]
)
