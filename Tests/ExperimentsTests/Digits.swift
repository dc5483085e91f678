import ProblemFiles

@testable import CombinatorialExperiments

/// The digits, read once for all tests.
enum Digits {
  private static let loaded = Result { () throws(DataFileError) in try DataSource.digits.load() }

  static var data: ImageDataset {
    get throws { try loaded.get() }
  }
}
