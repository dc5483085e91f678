// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Declarations of mlx-swift 0.31.6 that the article uses, with its signatures, to type-check the article's code where
// MLX itself does not build. None has a body that does anything.

private func declaration() -> Never {
  fatalError("a declaration of MLX to type-check against, which does not run")
}

public struct DType: Hashable, Sendable {}

public protocol ScalarOrArray {
  func asMLXArray(dtype: DType?) -> MLXArray
}

public protocol HasDType: ScalarOrArray {
  static var dtype: DType { get }
}

extension HasDType {
  public func asMLXArray(dtype: DType?) -> MLXArray { declaration() }
}

extension Float: HasDType {
  public static var dtype: DType { DType() }
}

public struct StreamOrDevice: Sendable {
  public static var `default`: StreamOrDevice { StreamOrDevice() }
}

public final class MLXArray {
  public convenience init<T: HasDType>(
    _ value: [T], _ shape: (some Collection<Int>)? = [Int]?.none
  ) { declaration() }

  public var shape: [Int] { declaration() }
  public var shape3: (Int, Int, Int) { declaration() }
  public func asArray<T: HasDType>(_ type: T.Type) -> [T] { declaration() }

  public func reshaped(
    _ newShape: some Collection<Int>, stream: StreamOrDevice = .default
  ) -> MLXArray { declaration() }

  public static func * (lhs: MLXArray, rhs: MLXArray) -> MLXArray { declaration() }
  public static func * (lhs: MLXArray, rhs: some ScalarOrArray) -> MLXArray { declaration() }
}

public func mean(
  _ array: MLXArray, keepDims: Bool = false, stream: StreamOrDevice = .default
) -> MLXArray { declaration() }

public func sum(
  _ array: MLXArray, keepDims: Bool = false, stream: StreamOrDevice = .default
) -> MLXArray { declaration() }

public func stopGradient(
  _ array: MLXArray, stream: StreamOrDevice = .default
) -> MLXArray { declaration() }

public func valueAndGrad(
  _ f: @escaping ([MLXArray]) -> [MLXArray], argumentNumbers: some Collection<Int> = [0]
) -> ([MLXArray]) -> ([MLXArray], [MLXArray]) { declaration() }

public enum MLXCustomFunctionComponent {
  case forward(([MLXArray]) -> [MLXArray])
  case vjp(([MLXArray], [MLXArray]) -> [MLXArray])
}

public func Forward(
  _ f: @escaping ([MLXArray]) -> [MLXArray]
) -> MLXCustomFunctionComponent { .forward(f) }

public func VJP(
  _ f: @escaping ([MLXArray], [MLXArray]) -> [MLXArray]
) -> MLXCustomFunctionComponent { .vjp(f) }

public enum MLXCustomFunctionBuilder {
  @resultBuilder
  public struct Builder {
    public static func buildBlock(
      _ components: MLXCustomFunctionComponent...
    ) -> ([MLXArray]) -> [MLXArray] { declaration() }
  }
}

public func CustomFunction(
  @MLXCustomFunctionBuilder.Builder _ build: () -> ([MLXArray]) -> [MLXArray]
) -> ([MLXArray]) -> [MLXArray] { build() }
