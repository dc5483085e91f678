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

  @Test("what a killed process left is removed at the next save, and nothing else")
  func abandonedFiles() throws {
    try withTemporaryFolder { folder in
      let abandoned = [".model.0123456789abcdef.tmp", ".model.f.tmp"]
      let others = [".model.1.2f.tmp", ".model.best.tmp", ".model.3a.other", ".modem.3a.tmp", "a"]
      for name in abandoned + others { try contents(0).write(to: "\(folder)/\(name)") }
      let beingWritten = folder + "/.model.77.tmp"
      try contents(0).write(to: beingWritten)
      let writer = open(beingWritten, O_WRONLY)
      defer { close(writer) }
      try #require(flock(writer, LOCK_EX) == 0)

      try contents(1).write(to: folder + "/model")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(Set(left) == Set(others + [".model.77.tmp", "model"]))
    }
  }

  @Test func writersOfOneFileLeaveEachOtherInPeace() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model"
      DispatchQueue.concurrentPerform(iterations: 8) { writer in
        for _ in 0..<20 {
          do { try contents(Float(writer)).write(to: path) } catch { Issue.record(error) }
        }
      }
      let file = try Safetensors(contentsOf: path)
      #expect(file.tensors["x"] != nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
    }
  }

  @Test func linksAndPermissionsStay() throws {
    try withTemporaryFolder { folder in
      let (path, link) = (folder + "/model", folder + "/latest")
      try contents(1).write(to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "model")
      try contents(2).write(to: link)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "model")
      #expect(try Safetensors(contentsOf: path).tensors["x"]?.scalars == [2])
      let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(permissions as? Int == 0o600)
    }
  }

  @Test("a full disk is an error that names the file", .enabled(if: access("/dev/full", W_OK) == 0))
  func fullDisk() throws {
    let error = #expect(throws: SafetensorsError.self) { try contents(1).write(to: "/dev/full") }
    #expect(error?.description == "/dev/full: write: No space left on device")
  }
}
