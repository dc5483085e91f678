import ArgumentParser
import CombinatorialExperiments
import ProblemFiles

extension BagExport.FileFormat: ExpressibleByArgument {}
extension BagExport.LabelForm: ExpressibleByArgument {}

struct DataBagsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bags",
    abstract:
      "Write a data set as picture files with a manifest of bags, as your own bags would be.",
    discussion: """
      The folder gets bags.jsonl, for bags train --data bags:FOLDER/bags.jsonl, test.jsonl, for its --test, \
      and the pictures. Which picture has which label of its bag is not written. Prints one JSON object.
      """)

  @Option(help: .value(DataSource.labeledFormsAsValue, "The pictures."))
  var data = DataSource.fashionMNIST

  @Option(help: .value("dir", "Where to write; made if need be.")) var output: String

  @Option(help: .count("Pictures in a bag.")) var bagSize = BagExport().bagSize

  @Option(help: .count("Use the first n pictures. Default: all.")) var pictures: Int?

  @Option(help: .count("Shuffle and cut the pictures into bags n times."))
  var passes = BagExport().passes

  @Option(help: "Write labels as lists, most of them different in each bag, or as counts.")
  var labels = BagExport().labelForm

  @Option(help: "The format of the pictures.") var format = BagExport().fileFormat

  @Option(help: .count("Determines the bags.")) var seed = BagExport().seed

  @OptionGroup var dataOptions: DataOptions

  func validate() throws {
    try expectAtLeastOne(["bag-size": bagSize, "pictures": pictures, "passes": passes])
    try expectLabeled(data)
  }

  func run() throws {
    try reportingErrors {
      var export = BagExport()
      (export.bagSize, export.pictures, export.passes) = (bagSize, pictures, passes)
      (export.labelForm, export.fileFormat, export.seed) = (labels, format, seed)
      let dataset = try data.load(from: dataOptions.folders)
      try StandardOutput.write(line: JSON.line(export.run(dataset, to: output)))
    }
  }
}
