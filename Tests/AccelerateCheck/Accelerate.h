/* What is used of Apple's Accelerate, by its new interface of 32-bit integers, to type-check that path where Accelerate is
 * not: see `make check-accelerate`. Declarations as documented at
 * https://developer.apple.com/documentation/accelerate/blas-library and by LAPACK 3.9.1. */
#ifndef ACCELERATE_NEW_LAPACK
#error "the old interface is deprecated: the manifest should define ACCELERATE_NEW_LAPACK"
#endif

#pragma clang assume_nonnull begin

typedef int __LAPACK_int;

enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112, CblasConjTrans = 113 };
enum CBLAS_UPLO { CblasUpper = 121, CblasLower = 122 };
enum CBLAS_DIAG { CblasNonUnit = 131, CblasUnit = 132 };
typedef enum CBLAS_ORDER CBLAS_ORDER;
typedef enum CBLAS_TRANSPOSE CBLAS_TRANSPOSE;
typedef enum CBLAS_UPLO CBLAS_UPLO;
typedef enum CBLAS_DIAG CBLAS_DIAG;

typedef enum BLAS_THREADING {
    BLAS_THREADING_MULTI_THREADED,
    BLAS_THREADING_SINGLE_THREADED,
    BLAS_THREADING_MAX_OPTIONS
} BLAS_THREADING;

int BLASSetThreading(const BLAS_THREADING threading);
BLAS_THREADING BLASGetThreading(void);

void cblas_sgemm(const enum CBLAS_ORDER ORDER, const enum CBLAS_TRANSPOSE TRANSA, const enum CBLAS_TRANSPOSE TRANSB,
                 const __LAPACK_int M, const __LAPACK_int N, const __LAPACK_int K, const float ALPHA,
                 const float *_Nullable A, const __LAPACK_int LDA, const float *_Nullable B, const __LAPACK_int LDB,
                 const float BETA, float *_Nullable C, const __LAPACK_int LDC);
void cblas_dgemv(const enum CBLAS_ORDER ORDER, const enum CBLAS_TRANSPOSE TRANS, const __LAPACK_int M,
                 const __LAPACK_int N, const double ALPHA, const double *_Nullable A, const __LAPACK_int LDA,
                 const double *_Nullable X, const __LAPACK_int INCX, const double BETA, double *_Nullable Y,
                 const __LAPACK_int INCY);
void cblas_dsyrk(const enum CBLAS_ORDER ORDER, const enum CBLAS_UPLO UPLO, const enum CBLAS_TRANSPOSE TRANS,
                 const __LAPACK_int N, const __LAPACK_int K, const double ALPHA, const double *_Nullable A,
                 const __LAPACK_int LDA, const double BETA, double *_Nullable C, const __LAPACK_int LDC);
void cblas_dtrsv(const enum CBLAS_ORDER ORDER, const enum CBLAS_UPLO UPLO, const enum CBLAS_TRANSPOSE TRANS,
                 const enum CBLAS_DIAG DIAG, const __LAPACK_int N, const double *_Nullable A,
                 const __LAPACK_int LDA, double *_Nullable X, const __LAPACK_int INCX);

void dgetrf_(const __LAPACK_int *M, const __LAPACK_int *N, double *_Nullable A, const __LAPACK_int *LDA,
             __LAPACK_int *_Nullable IPIV, __LAPACK_int *INFO);
void dgetri_(const __LAPACK_int *N, double *_Nullable A, const __LAPACK_int *LDA, const __LAPACK_int *_Nullable IPIV,
             double *WORK, const __LAPACK_int *LWORK, __LAPACK_int *INFO);
void dpotrf_(const char *UPLO, const __LAPACK_int *N, double *_Nullable A, const __LAPACK_int *LDA,
             __LAPACK_int *INFO);

#pragma clang assume_nonnull end
