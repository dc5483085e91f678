/// Every benchmark case. A new kernel adds its cases here.
enum Suite {
  static var all: [BenchmarkCase] {
    AssignmentCases.all + AlignmentCases.all + RowCases.all + BagCases.all + TrainingCases.all
  }
}
