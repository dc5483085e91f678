/// Every benchmark case. A new kernel adds its cases here.
enum Suite {
  static var all: [BenchmarkCase] {
    AssignmentCases.all + RowCases.all + TrainingCases.all
  }
}
