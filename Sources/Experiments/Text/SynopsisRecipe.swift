/// How pairs are made from Debian's package descriptions.
struct SynopsisRecipe {
  /// The most tokens of an article.
  static let articleTokens = 50
}
