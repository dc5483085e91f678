internal import CombinatorialFiles

/// The names of rows or of columns, numbered in the order in which they came.
///
/// A hash table over the bytes of the file: no name is copied. Its hashes differ from run to run, so
/// that nobody can choose names that collide.
struct MPSNames {
  private var names: [TextBytes] = []
  /// The upper half of the hash and the number of the name plus 1; 0: empty. A power of 2 of them.
  private var slots = [UInt64](repeating: 0, count: 64)

  /// Whether a name is the one that was added last: files name a column line after line.
  func isLast(_ name: TextBytes) -> Bool { names.last.map { Self.areEqual($0, name) } ?? false }

  /// The number of a name.
  func number(of name: TextBytes) -> Int? {
    let number = Int(slots[slot(of: name, Self.hash(name))] & 0xFFFF_FFFF)
    return number == 0 ? nil : number - 1
  }

  /// Adds a name; false: it is there already.
  mutating func insert(_ name: TextBytes) -> Bool {
    if 2 * (names.count + 1) > slots.count { grow() }
    let hash = Self.hash(name)
    let slot = slot(of: name, hash)
    guard slots[slot] == 0 else { return false }
    names.append(name)
    slots[slot] = hash | UInt64(names.count)
    return true
  }

  /// Where a name is, or where it would go.
  private func slot(of name: TextBytes, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash >> 32) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32,
        Self.areEqual(names[Int(slots[slot] & 0xFFFF_FFFF) - 1], name)
      {
        return slot
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: 2 * old.count)
    let mask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }

  private static func hash(_ name: TextBytes) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(name))
    return UInt64(bitPattern: Int64(hasher.finalize())) & 0xFFFF_FFFF_0000_0000
  }

  private static func areEqual(_ first: TextBytes, _ second: TextBytes) -> Bool {
    guard first.count == second.count else { return false }
    for position in first.indices where first[position] != second[position] { return false }
    return true
  }
}
