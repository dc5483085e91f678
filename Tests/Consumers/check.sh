#!/usr/bin/env bash
# Builds programs of users, README's among them, in one package, and runs each.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=.build-consumers/package
built=$package/.build/release

mkdir -p $package
rm -rf $package/Sources/Readme*
cp --recursive --update Tests/Consumers/Package.swift Tests/Consumers/Sources $package

# A block of Swift in README that starts with an import is a whole program: it must run when it is pasted.
awk -v sources=$package/Sources '
  inside && /^```/ { inside = 0; close(file) }
  inside && !file && /^import / { file = sources "/Readme" ++programs "/main.swift"; system("mkdir -p " sources "/Readme" programs) }
  inside && !file { inside = 0 }
  inside { print > file }
  /^```swift/ { inside = 1; file = "" }' README.md
ls $package/Sources | grep --quiet Readme || { echo "README has no program" >&2; exit 1; }

# The solvers alone, without the development files of any system library: nothing of them may be linked.
env PKG_CONFIG_LIBDIR=/nonexistent swift build -c release --package-path $package --product SolversAlone
test "$($built/SolversAlone)" = 5.0
if ldd $built/SolversAlone | grep --extended-regexp 'blas|lapack|Clp|libz|png|jpeg'; then
  echo "a program that uses the solvers alone links a system library" >&2
  exit 1
fi

swift build -c release --package-path $package
test "$($built/Losses)" = "true [2, 2]"
for program in DifferentiableSwift $(ls $package/Sources | grep Readme); do
  echo "$program:"
  $built/$program
done
