/* What the checks of all families share: what a check is, and how it says that a contract is broken.
 *
 * A check draws one instance (draw.h), runs the kernel on every instruction set in guarded memory
 * (memory.h), and expects what the header promises: the fault contract, the bits of the scalar variant or
 * the documented error, a certificate, and at small sizes the optimum (exact.h). The same function serves
 * the program, qemu, sanitizers, valgrind and the fuzzers. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl_instruction_set.h"
#include "cl_status.h"

typedef struct kernel_check {
    const char *family;  /* matching, alignment, chains, paths, trees, flows, transport, rows, network */
    const char *problem; /* the header's name without cl_ */
    void (*run)(void);   /* one instance */
    /* Prints the instance, in full if small, with %.17g or %a: what a reproduction needs. May be NULL. */
    void (*describe)(void);
} kernel_check;

/* The checks of each family, ended by one whose problem is NULL; and all families, ended by NULL. */
extern const kernel_check matching_checks[], alignment_checks[], chain_checks[], path_checks[], tree_checks[],
    flow_checks[], transport_checks[], row_checks[], network_checks[];
extern const kernel_check *const all_families[];

/* The check of a problem; NULL if there is none. */
const kernel_check *check_named(const char *problem);

/* The sets that this processor runs, the scalar one first. */
size_t instruction_sets(cl_instruction_set sets[4]);
const char *instruction_set_name(cl_instruction_set set);

/* The element type of a problem. */
static inline cl_element element_of(bool is_float) { return is_float ? CL_FLOAT32 : CL_FLOAT64; }

/* Whether a kernel of one problem refused this one of a list of costs. */
static inline bool is_at(const cl_fault *fault, size_t index) {
    return fault->item == 0 && fault->row == 0 && fault->column == index;
}

/* The condition; if it does not hold, a report of the instance and the message, in printf's words.
 * A broken expectation ends the fuzzer's run, and is counted by the program. */
#define EXPECT(condition, ...) ((condition) ? true : check_failed(__FILE__, __LINE__, #condition, __VA_ARGS__))

bool check_failed(const char *file, int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* For describe(): name[count] = {…}, at most 400 of them. */
void show_doubles(const char *name, const double *x, size_t count);
void show_floats(const char *name, const float *x, size_t count);
void show_indices(const char *name, const int32_t *x, size_t count);

/* Runs one instance of a check from the current source of choices; false if an expectation broke. */
bool check_run_instance(const kernel_check *check, bool abort_on_failure);

#endif
