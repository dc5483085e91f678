package import CombinatorialKernels

/// The steps of recurrent cells, for layers in other modules of the package.
package typealias RecurrentSteps = RecurrentKernel
