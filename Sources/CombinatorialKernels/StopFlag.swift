internal import CCombinatorialKernels

/// By which a call is stopped from another thread: kernels ask for it in every round, and what Swift computes
/// itself between its rounds.
package final class StopFlag: Sendable {
  /// That of the call that this thread works for; nil: it cannot be stopped.
  @TaskLocal package static var current: StopFlag?

  private let flag: Shared<UnsafeMutablePointer<UInt8>>

  /// A flag that is not set.
  package init() {
    flag = Shared(.allocate(capacity: 1))
    flag.value.initialize(to: 0)
  }

  deinit { flag.value.deallocate() }

  /// Where kernels read it, as long as the flag is there.
  package var address: UnsafePointer<UInt8> { UnsafePointer(flag.value) }

  /// Whether the call is to end.
  package var isSet: Bool { cl_is_stopped(address) }

  /// Ends the call soon.
  package func set() { cl_set_stop(flag.value) }
}
