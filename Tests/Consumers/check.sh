#!/usr/bin/env bash
# Builds programs of users, README's among them, in one package, and runs each: in release, as users would, and as
# Swift's derivatives meet the optimizer.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=.build-consumers/package
built=$package/.build/release
# Files of a package beside it may have come and gone, which a kept plan of the build does not notice.
build="swift build -c release --package-path $package --disable-build-manifest-caching"

mkdir -p $package
rm -rf $package/Sources
cp -R Tests/Consumers/Sources $package

# A block of Swift in README that starts with an import is a whole program: it must run when it is pasted.
awk -v sources=$package/Sources '
  /^```swift/ { first = 1; next }
  /^```/ { if (file) close(file); file = "" }
  first && /^import / {
    folder = sources "/Readme" ++programs
    system("mkdir " folder)
    file = folder "/main.swift"
  }
  { first = 0 }
  file { print > file }
  END { exit programs == 0 }' README.md || { echo "README has no program" >&2; exit 1; }
of_readme=$(cd $package/Sources && ls -d Readme*)
names=$(printf '"%s", ' $of_readme)
sed "s/^\(let programsOfReadme.*\)\[\]/\1[$names]/" Tests/Consumers/Package.swift > $package/Package.swift

# The solvers alone, without the development files of any system library: nothing of them may be linked.
env PKG_CONFIG_LIBDIR=/nonexistent $build --product SolversAlone
test "$($built/SolversAlone)" = 5.0
if ldd $built/SolversAlone | grep --extended-regexp 'blas|lapack|Clp|libz|png|jpeg'; then
  echo "a program that uses the solvers alone links a system library" >&2
  exit 1
fi

$build
test "$($built/Losses)" = "true [2, 2]"
for program in DifferentiableSwift $of_readme; do
  echo "$program:"
  $built/$program
done
