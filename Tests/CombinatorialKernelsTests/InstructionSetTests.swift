import CombinatorialKernels
import Testing

struct InstructionSetTests {
  @Test func theScalarReferenceIsAlwaysThere() {
    #expect(InstructionSet.available.first == .scalar)
    #expect(InstructionSet.available.contains(InstructionSet.current))
  }

  @Test func theEnvironmentDecides() {
    if let name = InstructionSet.requested, let set = InstructionSet(rawValue: name),
      InstructionSet.available.contains(set)
    {
      #expect(InstructionSet.current == set)
    } else {
      #expect(InstructionSet.current == InstructionSet.available.last)
    }
  }
}
