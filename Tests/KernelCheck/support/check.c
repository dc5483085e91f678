#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

const kernel_check *const all_families[] = {
    matching_checks, alignment_checks, chain_checks, path_checks, tree_checks,
    flow_checks, transport_checks, row_checks, network_checks, NULL,
};

const kernel_check *check_named(const char *problem) {
    for (const kernel_check *const *family = all_families; *family != NULL; family++)
        for (const kernel_check *check = *family; check->problem != NULL; check++)
            if (strcmp(check->problem, problem) == 0) return check;
    return NULL;
}

static const kernel_check *running;
static bool aborts;
static unsigned failures;

size_t instruction_sets(cl_instruction_set sets[4]) {
    size_t count = 0;
    for (int set = CL_INSTRUCTION_SET_SCALAR; set <= CL_INSTRUCTION_SET_NEON; set++)
        if (cl_instruction_set_is_available(set)) sets[count++] = set;
    return count;
}

const char *instruction_set_name(cl_instruction_set set) {
    static const char *const names[] = {"scalar", "avx2", "avx512", "neon"};
    return names[set];
}

bool check_failed(const char *file, int line, const char *condition, const char *format, ...) {
    if (failures++ == 0) {
        fprintf(stderr, "\n%s/%s: %s:%d: expected %s: ", running->family, running->problem, file, line, condition);
        va_list arguments;
        va_start(arguments, format);
        vfprintf(stderr, format, arguments);
        va_end(arguments);
        fputc('\n', stderr);
        if (running->describe != NULL) running->describe();
    }
    if (aborts) abort();
    return false;
}

enum { SHOWN = 400 };

#define SHOW(type, format)                                                                         \
    (const char *name, const type *x, size_t count) {                                              \
        fprintf(stderr, "  %s[%zu] = {", name, count);                                             \
        for (size_t i = 0; i < count && i < SHOWN; i++)                                            \
            fprintf(stderr, format, i == 0 ? "" : ", ", x[i]);                                     \
        fprintf(stderr, count > SHOWN ? ", ...}\n" : "}\n");                                       \
    }
void show_doubles SHOW(double, "%s%.17g")
void show_floats SHOW(float, "%s%.9g")
void show_indices SHOW(int32_t, "%s%d")

bool check_run_instance(const kernel_check *check, bool abort_on_failure) {
    running = check;
    aborts = abort_on_failure;
    failures = 0;
    check->run();
    EXPECT(memory_is_intact(), "a write outside of the memory that was handed over");
    memory_release();
    return failures == 0;
}
