/// Every benchmark case. A new kernel adds its cases here.
enum Suite {
  static var all: [BenchmarkCase] {
    AssignmentCases.all + KnownPotentialsCases.all + AlignmentCases.all + LetterAlignmentCases.all
      + LinearProgramCases.all
      + RowCases.all + BagCases.all + BagLossCases.all + TrainingCases.all + SequenceCases.all
      + TransportCases.all + TransportStartCases.all + GraphCases.all + GridCutCases.all
      + MatchingCases.all + ChainCases.all
      + KnapsackCases.all + TrackerCases.all + UseCases.all + FlowCases.all + TreeCases.all
      + differentiableSwift
  }

  private static var differentiableSwift: [BenchmarkCase] {
    #if canImport(_Differentiation)
      DifferentiableSwiftCases.all
    #else
      []
    #endif
  }
}
