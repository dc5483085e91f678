import DifferentiableTensor
import Foundation
import NeuralLayers
import Testing

@Suite struct FileAccessTests {
  private func contents(_ value: Float) -> Safetensors {
    Safetensors(tensors: ["x": Tensor(value)])
  }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      try contents(1).write(to: path)
      try contents(2).write(to: path)
      #expect(try Safetensors(contentsOf: path).tensors["x"]?.scalars == [2])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
    }
  }

  @Test("a long file comes back whole") func longFile() throws {
    try withTemporaryFolder { folder in
      let count = 700_000
      let tensor = try Tensor((0..<count).map(Float.init), shape: [count])
      try Safetensors(tensors: ["x": tensor]).write(to: folder + "/long")
      #expect(
        try Safetensors(contentsOf: folder + "/long").tensors["x"]?.scalars == tensor.scalars)
    }
  }

  @Test func aFailureLeavesTheOldFileAndNoTemporaryOne() throws {
    try withTemporaryFolder { folder in
      let target = folder + "/occupied"
      try FileManager.default.createDirectory(
        atPath: target + "/inner", withIntermediateDirectories: true)
      #expect(throws: SafetensorsError.self) { try contents(1).write(to: target) }
      #expect(throws: SafetensorsError.self) { try contents(1).write(to: folder + "/no/such") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["occupied"])

      let path = folder + "/model"
      try contents(1).write(to: path)
      let reserved = Safetensors(tensors: ["__metadata__": Tensor(0)])
      #expect(throws: SafetensorsError.self) { try reserved.write(to: path) }
      #expect(try Safetensors(contentsOf: path).tensors["x"]?.scalars == [1])
    }
  }

  @Test func namesTheFileThatCannotBeRead() throws {
    try withTemporaryFolder { folder in
      for name in [folder + "/missing", folder] {
        let error = #expect(throws: SafetensorsError.self) {
          try Safetensors(contentsOf: name)
        }
        guard case .system(let file, _, let message) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(file == name && !message.isEmpty)
      }
    }
  }
}
