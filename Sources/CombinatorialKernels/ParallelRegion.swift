internal import CCombinatorialKernels
internal import Dispatch
internal import Synchronization

/// The slices of one call, which the caller and helpers on Dispatch's queue take one by one.
///
/// `DispatchQueue.concurrentPerform` does the same, but puts its threads to sleep at once, and short calls
/// wait for the helper to wake up at their start and for the caller at their end. Here a helper looks
/// around for more work before it returns to Dispatch, so that one that served the forward pass of a loss
/// is there for the backward pass.
final class ParallelRegion: @unchecked Sendable {
  private let slices: Int
  /// Valid until the region is closed and nobody is inside.
  private let body: UnsafePointer<@Sendable (Int) -> Void>
  private let nextSlice = Atomic(0)
  /// Helpers inside; `closed` is added when no more may enter.
  private let helpersInside = Atomic(0)
  private let isEmpty = DispatchSemaphore(value: 0)
  private static let closed = Int.min

  init(slices: Int, _ body: UnsafePointer<@Sendable (Int) -> Void>) {
    (self.slices, self.body) = (slices, body)
  }

  /// Calls the body with every slice, once.
  func run(helpers: Int) {
    let called = Helpers.shared.call(to: self, atMost: helpers)
    for _ in called..<helpers {
      DispatchQueue.global(qos: .userInitiated).async { Helpers.shared.serve(self) }
    }
    takeSlices()
    close()
  }

  /// What a helper does, if it comes in time.
  func help() {
    if helpersInside.wrappingAdd(1, ordering: .acquiring).oldValue >= 0 { takeSlices() }
    let left = helpersInside.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    if left == Self.closed { isEmpty.signal() }
  }

  private func takeSlices() {
    while true {
      let slice = nextSlice.wrappingAdd(1, ordering: .relaxed).oldValue
      guard slice < slices else { return }
      body.pointee(slice)
    }
  }

  /// Returns when no helper is inside, and none will be.
  private func close() {
    let inside = helpersInside.wrappingAdd(Self.closed, ordering: .acquiringAndReleasing).oldValue
    guard inside > 0 else { return }
    let isFree = Patience.wait { helpersInside.load(ordering: .acquiring) == Self.closed }
    if !isFree { isEmpty.wait() }
  }
}

/// How long a thread looks for something before it sleeps.
private enum Patience {
  /// About the time to put a thread to sleep and to wake it up: waiting then takes at most twice the
  /// time of who knows beforehand which is better.
  static let nanoseconds: UInt64 = 20_000

  /// Whether the condition came true in time.
  static func wait(until condition: () -> Bool) -> Bool {
    let start = DispatchTime.now().uptimeNanoseconds
    while !condition() {
      if DispatchTime.now().uptimeNanoseconds - start > nanoseconds { return false }
      for _ in 0..<8 { cl_thread_pause() }
    }
    return true
  }
}

/// Threads of Dispatch that have done their part of a region and look for another before they return.
private final class Helpers: Sendable {
  static let shared = Helpers()

  /// A place where one helper waits: `free`, `waiting`, or the region that it is called to, retained.
  private final class Seat: Sendable {
    let state = Atomic<Int>(free)
  }

  private static let free = 0
  private static let waiting = 1
  private let seats = (1..<max(2, Parallel.coreCount)).map { _ in Seat() }

  /// Calls helpers that wait; returns how many.
  func call(to region: ParallelRegion, atMost count: Int) -> Int {
    var called = 0
    for seat in seats where called < count {
      guard seat.state.load(ordering: .relaxed) == Self.waiting else { continue }
      let reference = Unmanaged.passRetained(region)
      let address = Int(bitPattern: reference.toOpaque())
      let isCalled = seat.state.compareExchange(
        expected: Self.waiting, desired: address, ordering: .releasing
      ).exchanged
      if isCalled { called += 1 } else { reference.release() }
    }
    return called
  }

  /// Helps in a region, and in any that it is called to soon after.
  func serve(_ first: ParallelRegion) {
    first.help()
    while let next = waitForCall() { next.help() }
  }

  private func waitForCall() -> ParallelRegion? {
    let seat = seats.first {
      $0.state.compareExchange(expected: Self.free, desired: Self.waiting, ordering: .relaxed)
        .exchanged
    }
    guard let seat else { return nil }
    _ = Patience.wait { seat.state.load(ordering: .relaxed) != Self.waiting }
    let address = seat.state.exchange(Self.free, ordering: .acquiring)
    guard let pointer = UnsafeRawPointer(bitPattern: address), address != Self.waiting else {
      return nil
    }
    return Unmanaged<ParallelRegion>.fromOpaque(pointer).takeRetainedValue()
  }
}
