/// The version of the package, by the rules of https://semver.org: that of the newest entry in CHANGELOG.md.
enum Version {
  static let current = "0.1.0"
}
