extension Array {
  /// The elements of one problem of a batch: the array itself where these are all, so that the solution of a batch of
  /// one copies nothing.
  func part(_ places: Range<Int>) -> [Element] {
    places == indices ? self : Array(self[places])
  }
}
