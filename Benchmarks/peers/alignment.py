"""Global alignment with gap factor 1.5, value and gradient by the costs.

numba compiles the usual loop; torch works on whole anti-diagonals of the batch and differentiates them.
parasail and edlib align two sequences of letters by small integers, edlib by the edit distance alone, with the path. Of
parasail's traced alignments the scan in 16 bits was the fastest on every case: by columns, by diagonals, in 8 bits
that saturate and in 32 bits took 1.3 to 4 times as long.
"""
import numpy as np

from alternation import Contest, Peer

GAP = 1.5
SIZES = (16, 32, 64, 128)
SINGLE_SIZES = (512, 2_048)
GROUP = "alignment, batch of 128"
SINGLE_GROUP = "alignment, one problem"
LETTERS_GROUP = "alignment of letters"


def contests(packages, quick, thread_counts):
    if not {"numba", "torch", "parasail"} & set(packages):
        return
    for threads in thread_counts:
        for size in (64,) if quick else SIZES:
            yield lambda size=size, threads=threads: contest(packages, 128, size, threads)
    if not quick:
        for size in SINGLE_SIZES:
            yield lambda size=size: contest(packages, 1, size, 1)
            yield lambda size=size: letters(packages, size)


def costs_of(batch, size):
    rng = np.random.default_rng(3)
    return -np.log(rng.random((batch, size, size), dtype=np.float32) + np.float32(1e-6))


def letters(packages, size):
    problem = letter_problem("bases", size, np.random.default_rng(5))
    return Contest(f"alignment/letters/{size}x{size}", LETTERS_GROUP, 1, 1, "letter-alignment", arrays(*problem),
                   letter_peers(packages, *problem))


def contest(packages, batch, size, threads):
    costs = costs_of(batch, size)
    peers = []
    if "numba" in packages:
        peers.append(numba_peer(costs, threads))
    if "torch" in packages and size <= 512:
        peers.append(torch_peer(costs, threads))
    return Contest(f"alignment/{batch}x{size}x{size}/float", GROUP if batch > 1 else SINGLE_GROUP, threads,
                   batch, "alignment", [costs], peers)


def numba_loops():
    import numba

    @numba.njit(fastmath=True)
    def align(c, gap, back, gradient):
        m, n = c.shape
        row = np.empty(n + 1, np.float32)
        row[0] = 0
        for k in range(1, n + 1):
            row[k] = row[k - 1] + gap * c[0, k - 1]
        for i in range(1, m + 1):
            last = min(i, m - 1)
            diagonal = row[0]
            row[0] = row[0] + gap * c[i - 1, 0]
            for k in range(1, n):
                best = diagonal + c[i - 1, k - 1]; move = 0
                down = row[k] + gap * c[i - 1, k]
                across = row[k - 1] + gap * c[last, k - 1]
                if across < best: best = across; move = 1
                if down < best: best = down; move = 2
                diagonal = row[k]; row[k] = best; back[i - 1, k - 1] = move
            best = diagonal + c[i - 1, n - 1]; move = 0
            down = row[n] + gap * c[i - 1, n - 1]
            across = row[n - 1] + gap * c[last, n - 1]
            if across < best: best = across; move = 1
            if down < best: best = down; move = 2
            row[n] = best; back[i - 1, n - 1] = move
        gradient[:] = 0
        i, k = m, n
        while i > 0 and k > 0:
            move = back[i - 1, k - 1]
            if move == 0: i -= 1; k -= 1; gradient[i, k] += 1
            elif move == 1: k -= 1; gradient[min(i, m - 1), k] += gap
            else: i -= 1; gradient[i, min(k, n - 1)] += gap
        while i > 0: i -= 1; gradient[i, 0] += gap
        while k > 0: k -= 1; gradient[0, k] += gap
        return row[n]

    @numba.njit
    def serial(costs, gap, back, gradient, values):
        for b in range(costs.shape[0]):
            values[b] = align(costs[b], gap, back[b], gradient[b])

    @numba.njit(parallel=True)
    def parallel(costs, gap, back, gradient, values):
        for b in numba.prange(costs.shape[0]):
            values[b] = align(costs[b], gap, back[b], gradient[b])

    return serial, parallel


def numba_peer(costs, threads):
    import numba
    serial, parallel = numba_loops()
    run = serial
    if threads > 1:
        numba.set_num_threads(threads)
        run = parallel
    back = np.zeros(costs.shape, np.uint8)
    gradient = np.zeros_like(costs)
    values = np.zeros(len(costs), np.float32)
    return Peer("numba serial loop" if threads == 1 else "numba prange loop",
                lambda: run(costs, np.float32(GAP), back, gradient, values), lambda _: [values, gradient])


def torch_values(costs):
    """Values by anti-diagonals of the nodes; the border reads the last row and column again."""
    import torch
    batch, m, n = costs.shape
    nodes = torch.nn.functional.pad(costs, (0, 1, 0, 1), mode="replicate")
    m, n = m + 1, n + 1
    infinity = float("inf")
    # Row i shifted right by i: what stands in column k of it has left node (i, k - i).
    wide = torch.nn.functional.pad(nodes, (0, m), value=infinity).reshape(batch, -1)[:, :m * (n + m - 1)]
    diagonals = wide.reshape(batch, m, n + m - 1).permute(2, 0, 1).contiguous().unbind(0)
    far = costs.new_full((batch, 1), infinity)
    before = torch.full((batch, m), infinity)
    current = before.clone()
    current[:, 0] = 0
    for k in range(1, m + n - 1):
        gap = current + GAP * diagonals[k - 1]
        best = torch.minimum(gap, torch.cat((far, gap[:, :-1]), 1))
        if k > 1:
            best = torch.minimum(best, torch.cat((far, (before + diagonals[k - 2])[:, :-1]), 1))
        before, current = current, best
    return current[:, -1]


def torch_peer(costs, threads):
    import torch
    torch.set_num_threads(threads)
    x = torch.from_numpy(costs).requires_grad_()

    def run():
        x.grad = None
        values = torch_values(x)
        values.sum().backward()
        return values

    return Peer("torch anti-diagonals", run, lambda values: [values.detach().numpy(), x.grad.numpy()])


LETTERS = {"bases": "ACGT", "copies": "ACGT", "residues": "ARNDCQEGHILKMFPSTWYV", "edits": "ACGT",
           "edits-copies": "ACGT"}  # by family


def letter_problem(family, size, rng):
    """Two texts, costs of their letters and the price of a gap; of `copies` the second one has an error in ten letters."""
    alphabet = LETTERS[family]
    count = len(alphabet)
    first = rng.integers(count, size=size)
    second = rng.integers(count, size=size)
    if family.endswith("copies"):
        second = np.concatenate([[[], [letter], [letter, rng.integers(count)], [rng.integers(count)]][kind]
                                 for letter, kind in zip(first, rng.choice(4, size, p=(0.03, 0.91, 0.03, 0.03)))])
    costs = np.where(np.eye(count), -2, 1)
    if family.startswith("edits"):
        costs = 1 - np.eye(count)
    if family == "residues":
        import parasail
        costs = -parasail.blosum62.matrix[:count, :count]  # whose letters are these, in this order
    gap = {"residues": 10, "edits": 1, "edits-copies": 1}.get(family, 3)
    return alphabet, first.astype(int), second.astype(int), costs, gap


def arrays(_, first, second, costs, gap):
    return [first.astype(np.float64), second.astype(np.float64), costs.astype(np.float32),
            np.array([gap], np.float64)]


def letter_peers(packages, alphabet, first, second, costs, gap):
    texts = ["".join(np.array(list(alphabet))[letters]) for letters in (first, second)]
    peers = []
    if "parasail" in packages:
        import parasail
        if len(alphabet) > 4:
            scores = parasail.blosum62
        else:
            scores = parasail.matrix_create(alphabet, -int(costs[0, 0]), -int(costs[0, 1]))
        bits = 16 if max(map(len, texts)) * max(3, gap) < 2**15 else 32
        align = getattr(parasail, f"nw_trace_scan_{bits}")

        def run():
            found = align(*texts, gap, gap, scores)
            found.cigar.seq  # the path
            return found.score

        peers.append(Peer(f"parasail traced scan, {bits}-bit letters", run, lambda score: [[-score]]))
    if "edlib" in packages and gap == 1:
        import edlib
        peers.append(Peer("edlib, with the path", lambda: edlib.align(*texts, task="path"),
                          lambda found: [[found["editDistance"]]]))
    return peers
