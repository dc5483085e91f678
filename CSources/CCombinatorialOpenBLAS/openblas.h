#include <cblas.h>

/* OpenBLAS holds LAPACK too, but its header is in another package. */
void dgetrf_(const int *rows, const int *columns, double *matrix, const int *stride, int *pivots, int *status);
void dgetri_(const int *size, double *matrix, const int *stride, const int *pivots, double *work,
             const int *work_count, int *status);
void dpotrf_(const char *triangle, const int *size, double *matrix, const int *stride, int *status);
