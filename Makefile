# Two commands set everything up on a fresh Debian machine with Swift: make demo, make test.

DEBIAN_PACKAGES := libopenblas-dev liblapacke-dev coinor-libclp-dev zlib1g-dev libfreetype-dev gnuplot-nox \
  libpng-dev libturbojpeg0-dev dataset-fashion-mnist
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
SWIFT_SOURCES := Package.swift Sources Tests Benchmarks
COVERED := CSources/CCombinatorialKernels Sources/CombinatorialKernels Sources/CombinatorialSolvers
LEAST_COVERAGE := 95
# Profiles are of the toolchain's own format: Debian's llvm-cov cannot read them.
LLVM_COV := $(dir $(realpath $(shell command -v swift)))llvm-cov

.PHONY: help setup data glyphs build build-mpi demo demo-own-bags demo-text demo-paths demo-segmentation demo-sets paths-results test test-processors check \
  test-distributed demo-distributed distributed-results docs check-docs check-accelerate check-consumer check-far-apart check-kernels check-large check-neon check-reading sanitize-kernels valgrind-kernels check-benchmarks check-benchmarks-catches-slowdown \
  check-alignment-memory check-bag-memory check-transport-memory check-assignment-memory check-bag-loading bag-results proportion-results text-results figure-1 figure-1-variants figure-1-resnet18 figure-1-cifar peers compare compare-uses compare-versions compare-pyepo format sanitize \
  coverage fuzz mutate nightly bench

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-34s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing.
	@command -v swift > /dev/null || { echo "Swift 6.1 or later is needed: see swift.org/install" >&2; exit 1; }
	@missing=; for package in $(DEBIAN_PACKAGES); do \
	  dpkg-query --show --showformat='$${db:Status-Abbrev}' $$package 2> /dev/null | grep -q ^ii \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  $(SUDO) apt-get update --quiet --quiet \
	    && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends $$missing; \
	fi

data: glyphs ## Install and make the data sets that the experiments train on.
	swift run -c release --skip-build combinatorial-losses data pronunciations
	swift run -c release --skip-build combinatorial-losses data debian-synopses

glyphs: build
	swift run -c release --skip-build combinatorial-losses data glyphs

build: setup ## Build everything in release mode.
	swift build -c release

demo: build ## Train from bags with shuffled labels on Fashion-MNIST, beside supervised training.
	swift run -c release --skip-build combinatorial-losses bags demo

# The pictures, seed and options of the recorded run on the built-in data with bags of 8: see bag-results.
OWN_BAGS := .build/own-bags
demo-own-bags: build ## Write Fashion-MNIST as PNG files with a manifest of bags, train from those, and match them.
	swift run -c release --skip-build combinatorial-losses data bags --data fashion-mnist --pictures 12000 --bag-size 8 \
	  --output $(OWN_BAGS)
	swift run -c release --skip-build combinatorial-losses bags train --data bags:$(OWN_BAGS)/bags.jsonl \
	  --test $(OWN_BAGS)/test.jsonl --picture-size 28 --gray --shift 0 --mirror --model resnet8 --epochs 10 --seed 1 \
	  --no-evaluate-every-epoch --checkpoint $(OWN_BAGS)/classifier.safetensors
	swift run -c release --skip-build combinatorial-losses bags match --checkpoint $(OWN_BAGS)/classifier.safetensors \
	  --limit 3 --draw $(OWN_BAGS)/matched

demo-text: build ## Train a small model to pronounce words, and show what it says beside the truth.
	swift run -c release --skip-build combinatorial-losses summarize demo

demo-paths: build ## Learn what terrain costs from shortest paths alone, beside interpolation.
	swift run -c release --skip-build combinatorial-losses paths demo

demo-sets: build ## List the digits of pictures, with the exact matching and in reading order, and draw them.
	swift run -c release --skip-build combinatorial-losses sets demo --figure digit-sets.png

demo-segmentation: build ## Segment a photograph with a learned minimum cut, and write the picture.
	swift run -c release --skip-build combinatorial-losses segment demo --figure coins-cut.png

test: setup ## Run the tests.
	swift test $(TESTED_BUILD)

# What a change must pass is built once: with STRICT=1 the tests are of the build in which warnings are errors, an import that
# the manifest does not declare too, and lines are counted.
STRICT_BUILD := --scratch-path .build-check --explicit-target-dependency-import-check error \
  -Xswiftc -warnings-as-errors -Xcc -Werror=all -Xcc -Werror=extra \
  --enable-code-coverage -Xcc -fprofile-instr-generate -Xcc -fcoverage-mapping
TESTED_BUILD = $(if $(STRICT),$(STRICT_BUILD))

# The trait MPI, and the packages that it needs, are for these alone.
MPI_PACKAGES := libopenmpi-dev openmpi-bin
MPI_BUILD := -c release --traits MPI --scratch-path .build-mpi
MPI_TOOL := .build-mpi/release/combinatorial-losses
MPIRUN := $(if $(SUDO),,OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1) mpirun

build-mpi: setup
	$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="$(MPI_PACKAGES) python3"
	swift build $(MPI_BUILD) --product combinatorial-losses

KILLS := 3
test-distributed: build-mpi ## Train on 1, 2 and 4 processes under mpirun, kill KILLS of them, cut the link between two hosts.
	Tests/Distributed/check.py $(MPI_TOOL) --kills $(KILLS)
	Tests/Distributed/two-hosts.sh $(MPI_TOOL)

DISTRIBUTED := Benchmarks/results/distributed
distributed-results: build-mpi ## Time one and two processes, two hosts, and sums, on a machine without other work; plan for 2 to 64 hosts; train whole runs.
	$(DISTRIBUTED)/measure.py $(MPI_TOOL) > $(DISTRIBUTED)/measured.json.new
	mv $(DISTRIBUTED)/measured.json.new $(DISTRIBUTED)/measured.json
	$(DISTRIBUTED)/plan.py
	$(DISTRIBUTED)/curves.py $(MPI_TOOL)

demo-distributed: build-mpi ## Train from bags with shuffled labels on Fashion-MNIST, by two processes.
	$(MPIRUN) -n 2 --oversubscribe --bind-to none $(MPI_TOOL) bags train --data fashion-mnist --pictures 12000 --epochs 2

test-processors: setup ## Run the tests as other processors would: instruction sets of the kernels, cores of OpenBLAS.
	swift build --build-tests $(TESTED_BUILD)
	Tests/processors.sh $(TESTED_BUILD)

# The kernels alone, in C: every one on every instruction set, in seconds. CASES more instances find more.
CASES := 1000
KERNEL_CHECK := $(MAKE) --no-print-directory --jobs=2 --directory=Tests/KernelCheck

check-kernels: ## Check the C kernels on every instruction set of this processor.
	$(KERNEL_CHECK) BUILD=../../.build-kernel-check
	.build-kernel-check/kernel_check --cases $(CASES)

sanitize-kernels: ## Check the C kernels under the address, undefined-behaviour and memory sanitizers.
	$(KERNEL_CHECK) BUILD=../../.build-kernel-check-address LINK="clang -fuse-ld=lld -fsanitize=address,undefined" \
	  CC="clang -fsanitize=address,undefined -fno-sanitize-recover=undefined -Wno-pass-failed"
	.build-kernel-check-address/kernel_check --cases $(CASES)
	$(KERNEL_CHECK) BUILD=../../.build-kernel-check-memory CC="clang -fsanitize=memory -Wno-pass-failed"
	.build-kernel-check-memory/kernel_check --cases $(CASES)

# Only what valgrind finds in memory counts, its status 9: it computes long double, which references are in, with 53 bits,
# and 3.19 some comparisons of AVX with NaN wrongly (EQ_UQ, NEQ_OQ).
valgrind-kernels: ## Check the C kernels in valgrind, which sees what reads a workspace before it is written.
	$(MAKE) --no-print-directory setup DEBIAN_PACKAGES=valgrind
	$(KERNEL_CHECK) BUILD=../../.build-kernel-check-valgrind CC="clang -gdwarf-4"
	valgrind --quiet --error-exitcode=9 .build-kernel-check-valgrind/kernel_check --leave-workspaces --cases 100; [ $$? -ne 9 ]

KERNELS := CSources/CCombinatorialKernels
check-large: ## Check the C kernels on arrays of more than 2^31 entries, in 14 GB of memory.
	mkdir -p .build-large-check
	clang -std=c17 -O2 -Wall -Wextra -Wno-pass-failed -I$(KERNELS)/include Tests/LargeCheck/large_check.c \
	  $$(find $(KERNELS)/src -name '*.c') -lm -o .build-large-check/large_check
	.build-large-check/large_check

# With clang, since the kernels need its vectors, over the C library of Debian's cross compiler, in an emulator.
NEON_PACKAGES := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
check-neon: ## Build the C kernels for arm64 and check NEON against the scalar ones in an emulator.
	$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="$(NEON_PACKAGES)"
	$(KERNEL_CHECK) BUILD=../../.build-kernel-check-neon LINK="aarch64-linux-gnu-gcc -static" \
	  CC="clang --target=aarch64-linux-gnu --sysroot=/usr/aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include"
	qemu-aarch64-static .build-kernel-check-neon/kernel_check --cases $(CASES)

# All tests are built, as one bundle has them, and some see what is internal.
check-far-apart: CASES := 10000
check-far-apart: setup ## Judge CASES answers of every solver, to numbers from 1e-300 to 1e300 mixed, by exact ones.
	FAR_APART_CASES=$(CASES) swift test -c release --scratch-path .build-far-apart -Xswiftc -enable-testing --filter FarApart

# A stub of the calls that are used makes canImport(Accelerate) true.
check-accelerate: ## Type-check BLAS and LAPACK of Apple's systems, which cannot be run here, and see that no other file calls them.
	swiftc -typecheck -swift-version 6 -warnings-as-errors -package-name check -module-name Check \
	  -I Tests/AccelerateCheck -Xcc -DACCELERATE_NEW_LAPACK Sources/DifferentiableTensor/Kernels/BLAS.swift \
	  Sources/LinearPrograms/Solvers/LAPACK.swift
	@! grep --recursive --exclude-dir=.venv --extended-regexp --files-with-matches 'cblas_|LAPACKE_|CCombinatorial(OpenBLAS|LAPACKE)' Sources Benchmarks \
	  | grep --invert-match --extended-regexp '/(BLAS|LAPACK).swift$$'

SECONDS := 600
fuzz: setup ## Fuzz every kernel and every reader, SECONDS in all, and keep what is found.
	Tests/Fuzz/run.sh $(SECONDS)

MUTANTS := 300
mutate: ## Change one operator, bound or constant of a kernel at a time, and list what the check does not notice.
	python3 Tests/KernelCheck/mutate.py --mutants $(MUTANTS)

nightly: sanitize mutate valgrind-kernels check-far-apart check-large test-distributed ## What takes longer than every change should wait for.
	$(MAKE) check-kernels sanitize-kernels check-neon CASES=20000
	$(MAKE) fuzz SECONDS=14400
	$(MAKE) check-benchmarks-catches-slowdown

check: setup check-consumer ## Check formatting and that every module imports only what it declares; that MPI is linked on demand alone.
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	swift build --build-tests $(STRICT_BUILD)
	@! ldd "$$(swift build $(STRICT_BUILD) --show-bin-path)/combinatorial-losses" | grep --ignore-case mpi

check-consumer: setup ## Build programs of users, README's among them, and run each; solvers alone link no system library.
	Tests/Consumers/check.sh

docs: build ## Build the documentation of all libraries as one site, .build-docs/site, for a browser or a static host.
	$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="$(DEBIAN_PACKAGES) pkg-config python3"
	Documentation/site.py

check-docs: build ## Check that every public symbol is documented, every link leads somewhere, and docc warns of nothing.
	$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="$(DEBIAN_PACKAGES) pkg-config python3"
	Documentation/site.py --check

# Each result names the command that gave it.
BAG_RESULTS := Benchmarks/results/fashion-mnist-bags.jsonl
BAG_RUN := combinatorial-losses bags train --data fashion-mnist --model resnet8 --pictures 12000 --epochs 10 --seed 1 \
  --no-evaluate-every-epoch --bag-size

bag-results: build ## Train on as many pictures with bag sizes 1, 4 and 8, and record the test errors.
	@for size in 1 4 8; do \
	  result=$$(.build/release/$(BAG_RUN) $$size) || exit 1; \
	  echo "{\"command\":\"$(BAG_RUN) $$size\",\"result\":$$result}"; \
	done > $(BAG_RESULTS).new
	@mv $(BAG_RESULTS).new $(BAG_RESULTS)
	@cat $(BAG_RESULTS)

# Figure 1: test error and training time by bag size and gradient. Each cell is gradient:sizes:seeds, and after
# another colon the bag sizes of the first epochs. What is among the results already is not run again, so add
# cells and seeds as time allows: make figure-1 FIGURE_1_CELLS=value:1,4,8:4,5
FIGURE_1_CELLS := value:1,4,8,12,16,24,32:1,2,3 value:16,24,32:1,2,3:4,8 \
  interpolated:4,8,12,16,24,32:1 lp:4,8,12,16,24,32:1
FIGURE_1_TIMES := value:1,4,8,12,16,24,32:1 --time-steps 100
GLYPH_BAGS := Benchmarks/results/glyph-bags
GLYPH_GRID = .build/release/combinatorial-losses bags grid --data glyphs --pictures 20000 --epochs 6 \
  --results $(GLYPH_BAGS).jsonl --checkpoints .build/glyph-bags
FIGURE_1_GRID = $(GLYPH_GRID) --model lenet --learning-rate 0.02

figure-1: glyphs ## Train on glyphs over gradients, bag sizes and seeds, time the gradients, draw figure 1.
	$(FIGURE_1_GRID) $(FIGURE_1_CELLS)
	$(FIGURE_1_GRID) $(FIGURE_1_TIMES) --times $(GLYPH_BAGS)-times.jsonl \
	  --figure $(GLYPH_BAGS).svg --figure $(GLYPH_BAGS).png

figure-1-variants: glyphs ## Train some cells of the grid at a higher learning rate, and with a residual network.
	$(GLYPH_GRID) --model lenet --learning-rate 0.1 value:1,16,32:1 value:32:1:4,8
	$(GLYPH_GRID) --model resnet8 --learning-rate 0.05 value:1:1 value:32:1:4,8

# A step of ResNet-18 takes 40 times that of LeNet: fewer of them. On one thread, so that two grids may share two cores.
RESNET_18_CELLS := value:1,4,8,12,16,24,32:1 value:16,24,32:1:4,8
RESNET_18_GRID = .build/release/combinatorial-losses bags grid --data glyphs --pictures 8000 --epochs 4 --model resnet18 \
  --learning-rate 0.02 --threads 1 --results $(GLYPH_BAGS)-resnet18.jsonl --checkpoints .build/glyph-bags-resnet18
figure-1-resnet18: glyphs ## Train a ResNet-18 on glyphs over bag sizes, in four hours of a core, draw figure 1.
	$(RESNET_18_GRID) --times $(GLYPH_BAGS)-resnet18-times.jsonl --time-steps 5 $(RESNET_18_CELLS)
	$(RESNET_18_GRID) --times $(GLYPH_BAGS)-resnet18-times.jsonl \
	  --figure $(GLYPH_BAGS)-resnet18.svg --figure $(GLYPH_BAGS)-resnet18.png $(RESNET_18_CELLS)

# The paper's figure on its own pictures, which are the user's, in the binary version, on as many processes as MPIRUN starts:
# make figure-1-cifar CIFAR=DIR MPIRUN="mpirun -n 8 --hostfile hosts". A process needs a bag in every step: 256 pictures are 8 bags
# of 32. The same command goes on where it was interrupted.
CIFAR_CELLS := value:1,4,8,12,16,24,32:1,2,3,4,5 value:16,24,32:1,2,3,4,5:4,8,8,8 \
  interpolated:4,8,12,16,24,32:1,2,3,4,5 lp:4,8,12,16,24,32:1,2,3,4,5
figure-1-cifar: build-mpi ## Train a ResNet-18 on CIFAR-100 over gradients, bag sizes and seeds on a cluster, draw figure 1.
	$(MPIRUN) $(MPI_TOOL) bags grid --data cifar100:$(CIFAR) --model resnet18 --epochs 100 --batch-size 256 \
	  --learning-rate 0.05 --overlap-sums --results cifar-bags.jsonl --checkpoints .build/cifar-bags --figure cifar-bags.svg $(CIFAR_CELLS)

proportion-results: build ## Learn digits from the counts of bags alone, beside supervised training, and record the results.
	Benchmarks/results/proportion-results.sh

text-results: build ## Train on text with both losses and record the results; goes on where it was interrupted.
	Benchmarks/results/text-results.sh pronunciations losses timing synopses
	python3 Benchmarks/results/text-table.py

PATH_RESULTS := Benchmarks/results/terrain-paths
paths-results: build ## Learn terrain costs from paths with both gradients and three seeds, and record the results.
	for seed in 3 2 1; do \
	  .build/release/combinatorial-losses paths demo --seed $$seed --figure $(PATH_RESULTS).png \
	    --results .build/terrain-paths-$$seed.jsonl || exit 1; \
	done
	cat .build/terrain-paths-1.jsonl .build/terrain-paths-2.jsonl .build/terrain-paths-3.jsonl > $(PATH_RESULTS).jsonl

check-benchmarks: build ## Check that no kernel has become slower than its recorded ratios.
	swift run -c release --skip-build Benchmarks --check Benchmarks/thresholds.json

# The vector kernels replaced by the scalar ones are the slowdown that the check must catch.
check-benchmarks-catches-slowdown: build ## Check that the check above turns red when it should.
	CL_INSTRUCTION_SET=scalar swift run -c release --skip-build Benchmarks \
	  --check Benchmarks/thresholds.json --filter '32x32|4096x100' 2>&1 \
	  | tee /dev/stderr | grep 'fell below their thresholds' > /dev/null

# The speed is that of a machine with nothing else to do, less what a shared one may lose.
check-reading: build ## Check that text files are read at 25 MB a second and more, graphs at 50, in five times their size.
	for format in mps free-mps; do \
	  swift run -c release --skip-build Benchmarks reading --format $$format --least-speed 25 --limit 5 || exit 1; \
	done
	for format in sp max min col; do \
	  swift run -c release --skip-build Benchmarks reading --format $$format --least-speed 50 --limit 5 || exit 1; \
	done

check-alignment-memory: build ## Check that aligning 20,000 with 20,000 tokens takes less than 200 MB.
	swift run -c release --skip-build Benchmarks alignment-memory --length 20000 --limit 200

check-transport-memory: build ## Check that transport between 10,000 points on each side takes less than 200 MB.
	swift run -c release --skip-build Benchmarks transport-memory --limit 200

check-assignment-memory: build ## Check that solving an assignment of 6,000 x 6,000 takes at most twice its file.
	swift run -c release --skip-build Benchmarks assignment-memory --limit 2
	swift run -c release --skip-build Benchmarks assignment-memory --maximize --limit 2

check-bag-memory: build ## Check that a bag-loss step takes at most 1.2 times the logits and their gradient.
	swift run -c release --skip-build Benchmarks bag-memory --limit 1.2

check-bag-loading: build ## Check that 1,000 bags of 8 JPEG pictures load at 2,000 pictures a second on 2 cores.
	swift run -c release --skip-build Benchmarks bag-loading --least-speed 2000

format: ## Format the Swift sources.
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

# The undefined-behaviour sanitizer traps: SwiftPM does not link its runtime on Linux.
# Leaks are not looked for: Foundation's Process keeps a weak reference of 32 bytes for ever.
sanitize: setup ## Run the tests under the address, thread and undefined-behaviour sanitizers.
	ASAN_OPTIONS=detect_leaks=0 swift test --scratch-path .build-address --sanitize=address
	swift test --scratch-path .build-thread --sanitize=thread
	swift test --scratch-path .build-undefined -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined

coverage: STRICT := 1
coverage: test ## Run the tests, report the lines of kernels and solvers that they cover; fail below 95 %.
	@binaries=$$(swift build $(STRICT_BUILD) --show-bin-path); \
	$(LLVM_COV) report "$$binaries"/*.xctest --instr-profile "$$binaries/codecov/default.profdata" $(COVERED) \
	  | tee "$$binaries/coverage.txt"; \
	awk '$$1 == "TOTAL" { printf "line coverage of kernels and solvers: %s\n", $$10; \
	  exit !($$10 + 0 >= $(LEAST_COVERAGE)) }' "$$binaries/coverage.txt"

bench: build ## Time the kernels: scalar against vector, one thread against all.
	swift run -c release --skip-build Benchmarks

PEERS := Benchmarks/peers
peers: build
	@python3 -c 'import ensurepip' 2> /dev/null || $(SUDO) apt-get install --yes --quiet --quiet python3-venv
	python3 -m venv $(PEERS)/.venv
	$(PEERS)/.venv/bin/pip install --quiet --requirement $(PEERS)/requirements.txt

compare: peers ## Time the kernels beside SciPy, lapx, POT, HiGHS, PyTorch and cvxpylayers on the same instances.
	$(PEERS)/.venv/bin/python $(PEERS)/compare.py --targets

compare-uses: peers ## Time problems as users have them, from a new seed, beside the fastest packages for each.
	$(PEERS)/.venv/bin/python $(PEERS)/compare.py --uses $(USES_OPTIONS)

# The earlier version is built once, in a clone of its own.
VERSION_BUILD = .build-versions/$(VERSION)
compare-versions: peers ## Time the kernels beside those of another commit, VERSION=COMMIT, on the same instances.
	@test -n "$(VERSION)" || { echo "which commit? make compare-versions VERSION=COMMIT" >&2; exit 1; }
	test -d $(VERSION_BUILD) || git clone --quiet . $(VERSION_BUILD)
	git -C $(VERSION_BUILD) checkout --quiet $(VERSION)
	swift build -c release --package-path $(VERSION_BUILD) --product Benchmarks
	$(PEERS)/.venv/bin/python $(PEERS)/versions.py $(VERSION_BUILD)/.build/release/Benchmarks $(VERSIONS_OPTIONS)

compare-pyepo: peers ## Train PyEPO's own benchmark beside PyEPO: regret by epoch and seconds an epoch.
	$(PEERS)/.venv/bin/python $(PEERS)/compare_pyepo.py $(PYEPO_OPTIONS)
