internal import CombinatorialLibc

/// Files that are replaced at once.
package enum FileReplacement {
  /// Makes `path` a file of these bytes, or leaves it as it was.
  ///
  /// The bytes go to a new file in the same folder, reach the disk, and take the place of the old
  /// file in one step, so that a reader, a crash or a full disk never meets half a file. A link keeps
  /// pointing to the file; a pipe or a device takes the bytes itself.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileWriteError) {
    let target = resolved(path)
    guard !isStream(target) else {
      let stream = try OutputFile(target, .replacing, name: path)
      try stream.write(bytes)
      try stream.close()
      return
    }
    removeAbandoned(beside: target)
    let (file, temporary) = try temporaryFile(beside: target, name: path)
    do throws(FileWriteError) {
      file.takePermissions(of: target)
      try file.write(bytes)
      try file.flush()
      guard rename(temporary, target) == 0 else { throw FileWriteError.last("rename", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    synchronizeFolder(of: target)
  }

  // MARK: Temporary files

  /// A new file beside another one, locked until it is closed: a killed process leaves one without a lock.
  private static func temporaryFile(
    beside path: String, name: String
  ) throws(FileWriteError) -> (file: OutputFile, path: String) {
    while true {
      let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
      let temporary = "\(folder(of: path))/\(temporaryPrefix(of: path))\(suffix)\(temporaryEnd)"
      let file = try OutputFile(temporary, .new, name: name)
      file.lock()
      // Another process may have taken it for an abandoned one before it was locked.
      if file.hasName { return (file, temporary) }
    }
  }

  /// Removes the temporary files of this file whose writer lives no more: those without a lock.
  private static func removeAbandoned(beside path: String) {
    guard let stream = opendir(folder(of: path)) else { return }
    defer { closedir(stream) }
    let prefix = temporaryPrefix(of: path)
    while let entry = readdir(stream) {
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      let bytes = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      let name = String(cString: bytes)
      guard name.hasPrefix(prefix), name.hasSuffix(temporaryEnd),
        name.dropFirst(prefix.count).dropLast(temporaryEnd.count).allSatisfy(\.isHexDigit)
      else { continue }
      let candidate = "\(folder(of: path))/\(name)"
      let descriptor = open(candidate, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(candidate) }
      close(descriptor)
    }
  }

  private static let temporaryEnd = ".tmp"

  private static func temporaryPrefix(of path: String) -> String {
    ".\((path.split(separator: "/").last ?? "").prefix(64))."
  }

  // MARK: Paths

  /// Where links lead; the path itself if it leads nowhere.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Whether the path is of something that has no contents to replace.
  private static func isStream(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![mode_t(S_IFREG), mode_t(S_IFDIR)].contains(status.st_mode & mode_t(S_IFMT))
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Makes the new name itself durable. The file is complete either way, so a file system that
  /// cannot do this is not an error.
  private static func synchronizeFolder(of path: String) {
    let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
