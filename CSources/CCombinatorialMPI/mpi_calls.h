// The calls of MPI that ranks make, over its macros, which Swift cannot import: communicators, types and operations
// are casts of addresses in one implementation and numbers in the other.
//
// Every function returns MPI's error code, MPI_SUCCESS = 0.

#pragma once

#include <mpi.h>

// Starts MPI for a process of which one thread at a time makes calls. Errors are returned from then on; before, they
// end the process.
static inline int cl_mpi_start(int *rank, int *size) {
  int provided;
  int status = MPI_Init_thread(0, 0, MPI_THREAD_SERIALIZED, &provided);
  if (status == MPI_SUCCESS) status = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (status == MPI_SUCCESS) status = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (status == MPI_SUCCESS) status = MPI_Comm_size(MPI_COMM_WORLD, size);
  return status;
}

static inline int cl_mpi_sum_floats(float *numbers, int count) {
  return MPI_Allreduce(MPI_IN_PLACE, numbers, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
}

static inline int cl_mpi_sum_doubles(double *numbers, int count) {
  return MPI_Allreduce(MPI_IN_PLACE, numbers, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static inline int cl_mpi_broadcast(void *bytes, int count, int root) {
  return MPI_Bcast(bytes, count, MPI_BYTE, root, MPI_COMM_WORLD);
}

// all has as many numbers of each rank, by rank.
static inline int cl_mpi_gather(const double *numbers, int count, double *all) {
  return MPI_Allgather(numbers, count, MPI_DOUBLE, all, count, MPI_DOUBLE, MPI_COMM_WORLD);
}

static inline int cl_mpi_send(const void *bytes, int count, int rank) {
  return MPI_Send(bytes, count, MPI_BYTE, rank, 0, MPI_COMM_WORLD);
}

static inline int cl_mpi_receive(void *bytes, int count, int rank) {
  return MPI_Recv(bytes, count, MPI_BYTE, rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static inline int cl_mpi_barrier(void) { return MPI_Barrier(MPI_COMM_WORLD); }

// Room for the text of any error.
enum { cl_mpi_error_length = MPI_MAX_ERROR_STRING };

static inline int cl_mpi_error_text(int status, char *text) {
  int length;
  return MPI_Error_string(status, text, &length);
}

static inline int cl_mpi_abort(int status) { return MPI_Abort(MPI_COMM_WORLD, status); }

static inline int cl_mpi_finish(void) { return MPI_Finalize(); }
