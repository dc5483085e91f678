package import CombinatorialKernels

// The transforms of fast convolutions, for layers in other modules of the package.

/// The transforms of windows, tiles and filters.
package typealias WinogradTransforms = WinogradKernel

/// The tiles that a call takes.
package typealias WinogradTileRows = WinogradTiles
