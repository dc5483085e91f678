/* The checks of KernelCheck under libFuzzer: FUZZ_PROBLEM names one, the bytes make its choices.
 *
 *     FUZZ_PROBLEM=spanning_tree fuzz_kernel [libFuzzer's options] [FILE | FOLDER …] */
#include <stdio.h>
#include <stdlib.h>

#include "support/check.h"
#include "support/draw.h"

static const kernel_check *check;

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    (void)arguments;
    const char *problem = getenv("FUZZ_PROBLEM");
    check = problem == NULL ? NULL : check_named(problem);
    if (check == NULL) {
        fprintf(stderr, "fuzz_kernel: FUZZ_PROBLEM=%s: no such check\n", problem == NULL ? "" : problem);
        exit(64);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    draw_from_bytes(bytes, count);
    check_run_instance(check, true);
    return 0;
}
