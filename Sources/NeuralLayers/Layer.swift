public import DifferentiableTensor

/// A function of one tensor with state: parameters, running statistics, random generators.
///
/// A layer of one's own says what it computes and what it is made of; names, checkpoints and
/// parameter lists follow from ``Model/members``:
///
/// ```swift
/// final class Scaled: Layer {
///   let scale = Parameter("scale", Tensor(1))
///   let inner: any Layer
///   init(_ inner: any Layer) { self.inner = inner }
///
///   var members: [LayerMember] { [.parameter(scale), .layer("inner", inner)] }
///   func callAsFunction(_ input: Tensor) throws -> Tensor {
///     try inner(input) * scale.value
///   }
/// }
/// ```
///
/// Whether a layer trains or evaluates is a matter of the call, not of the layer: see
/// ``withTraining(_:)``.
public protocol Layer: Model {
  /// The layer's output for a batch.
  ///
  /// - Throws: `TensorError.shapeMismatch` if the input does not fit the layer.
  func callAsFunction(_ input: Tensor) throws -> Tensor
}

/// Something that has parameters: a ``Layer``, or what takes more than one tensor, such as an encoder
/// of sequences with their lengths.
public protocol Model: AnyObject {
  /// What the model consists of, always in the same order, each name once.
  var members: [LayerMember] { get }
}

/// A part of a model's state.
public enum LayerMember {
  /// A tensor that is trained.
  case parameter(Parameter)
  /// A tensor that is saved but not trained.
  case buffer(Buffer)
  /// A generator whose state is saved.
  case random(RandomSource)
  /// A model within the model.
  case layer(String, any Model)
}

/// A part of a model's state with its path from the model, such as `layer1.0.conv1.weight`.
public struct Named<Element> {
  /// The names of the layers on the way and of the part itself, joined by dots.
  public let path: String
  /// The part.
  public let element: Element
}

extension Model {
  /// All parameters of the model and the models within, in a fixed order, each once.
  public var parameters: [Parameter] { namedParameters.map(\.element) }

  /// All parameters with their paths, in the order of ``parameters``; one that several layers share
  /// goes by its first path.
  public var namedParameters: [Named<Parameter>] {
    var known: Set<ObjectIdentifier> = []
    return collect { member in
      guard case .parameter(let parameter) = member,
        known.insert(ObjectIdentifier(parameter)).inserted
      else { return nil }
      return (parameter.name, parameter)
    }
  }

  /// All buffers with their paths.
  public var namedBuffers: [Named<Buffer>] {
    collect { if case .buffer(let buffer) = $0 { (buffer.name, buffer) } else { nil } }
  }

  /// All random sources with their paths.
  public var namedRandomSources: [Named<RandomSource>] {
    collect { if case .random(let source) = $0 { (source.name, source) } else { nil } }
  }

  /// How many numbers training changes.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  private func collect<Element>(
    prefix: String = "", _ select: (LayerMember) -> (name: String, element: Element)?
  ) -> [Named<Element>] {
    members.flatMap { member -> [Named<Element>] in
      if case .layer(let name, let layer) = member {
        return layer.collect(prefix: "\(prefix)\(name).", select)
      }
      return select(member).map { [Named(path: prefix + $0.name, element: $0.element)] } ?? []
    }
  }
}

extension Tensor {
  /// The gradients of this tensor, the loss, by each parameter, in the parameters' order.
  ///
  /// - Throws: As `gradients(of:cotangent:whenComplete:)` by tensors.
  public func gradients(of parameters: [Parameter]) throws(TensorError) -> [Tensor] {
    try gradients(of: parameters.map(\.value))
  }
}
