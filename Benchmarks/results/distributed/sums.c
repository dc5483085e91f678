// The time of one sum of a network's gradients over all ranks, as DataParallel takes it: in buckets of 4 MB.
//
//     mpicc -O2 sums.c -o sums && mpirun -n 2 sums MEGABYTES ROUNDS
//
// Prints {"ranks": …, "megabytes": …, "seconds": median, "least": …, "latency": the median for 24 bytes}.

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { bucket = 1 << 20 };

static int by_size(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void sum(float *numbers, long count) {
  for (long start = 0; start < count; start += bucket) {
    int length = count - start < bucket ? (int)(count - start) : bucket;
    MPI_Allreduce(MPI_IN_PLACE, numbers + start, length, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  double megabytes = argc > 1 ? atof(argv[1]) : 44;
  int rounds = argc > 2 ? atoi(argv[2]) : 21, rank, ranks;
  long count = (long)(megabytes * 1e6 / 4);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  float *numbers = calloc(count, sizeof(float));
  double *times = malloc(rounds * sizeof(double)), *latencies = malloc(rounds * sizeof(double)), few[3] = {1, 2, 3};
  for (int round = -1; round < rounds; round++) {
    MPI_Barrier(MPI_COMM_WORLD);
    double start = MPI_Wtime();
    sum(numbers, count);
    double middle = MPI_Wtime();
    MPI_Allreduce(MPI_IN_PLACE, few, 3, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    if (round < 0) continue;  // Connections are made, and pages touched, by the first.
    times[round] = middle - start;
    latencies[round] = MPI_Wtime() - middle;
  }
  qsort(times, rounds, sizeof(double), by_size);
  qsort(latencies, rounds, sizeof(double), by_size);
  if (rank == 0)
    printf("{\"ranks\": %d, \"megabytes\": %g, \"seconds\": %.6f, \"least\": %.6f, \"latency\": %.7f}\n", ranks, megabytes,
           times[rounds / 2], times[0], latencies[rounds / 2]);
  MPI_Finalize();
  return 0;
}
