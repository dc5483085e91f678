/// Every benchmark case. A new kernel adds its cases here.
enum Suite {
  static var all: [BenchmarkCase] {
    AssignmentCases.all + RowCases.all + BagCases.all + TrainingCases.all + SequenceCases.all
  }
}
