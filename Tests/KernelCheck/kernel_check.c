/* Checks every C kernel on every instruction set that this processor runs; see support/check.h.
 *
 *     kernel_check [--cases N] [--seed N] [--from N] [--leave-workspaces] [--list] [FAMILY | PROBLEM …]
 *
 * The instance of a problem depends on the seed and its number alone: a failure prints both. */
#define _DEFAULT_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/memory.h"

typedef struct options {
    uint64_t seed;
    size_t from;
    size_t cases;
    char **names; /* of families and problems; none: all */
    int name_count;
} options;

enum { FAILURES_SHOWN = 3, SECONDS_AN_INSTANCE = 20 };

static char running_now[160];

static void too_slow(int signal) {
    (void)signal;
    static const char message[] = "\ndoes not end: ";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    written += write(STDERR_FILENO, running_now, strlen(running_now));
    _exit(written > 0 ? 3 : 4);
}

/* Says where, and lets the signal do what it does. */
static void crashes(int number) {
    signal(number, SIG_DFL);
    static const char message[] = "\ncrashes: ";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    written += write(STDERR_FILENO, running_now, strlen(running_now));
    if (written < 0) _exit(5);
}

static void limit_time(time_t seconds) {
    const struct itimerval limit = {{0, 0}, {seconds, 0}};
    setitimer(ITIMER_VIRTUAL, &limit, NULL);
}

static uint64_t seed_of(const kernel_check *check, uint64_t seed, size_t number) {
    uint64_t hash = 14695981039346656037u ^ seed;
    for (const char *c = check->problem; *c != 0; c++) hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    return hash * 1099511628211u + number;
}

static size_t failures_of(const kernel_check *check, const options *options) {
    size_t failures = 0;
    for (size_t k = options->from; k < options->from + options->cases && failures < FAILURES_SHOWN; k++) {
        snprintf(running_now, sizeof running_now, "--seed %llu --from %zu --cases 1 %s\n",
            (unsigned long long)options->seed, k, check->problem);
        limit_time(SECONDS_AN_INSTANCE);
        draw_from_seed(seed_of(check, options->seed, k));
        if (!check_run_instance(check, false)) {
            failures++;
            fprintf(stderr, "  again: %s", running_now);
        }
    }
    limit_time(0);
    return failures;
}

static bool is_wanted(const kernel_check *check, const options *options) {
    for (int i = 0; i < options->name_count; i++)
        if (strcmp(options->names[i], check->family) == 0 || strcmp(options->names[i], check->problem) == 0) return true;
    return options->name_count == 0;
}

static size_t number_after(int *argument, int count, char **arguments) {
    char *end = NULL;
    if (*argument + 1 < count) {
        const unsigned long long number = strtoull(arguments[*argument + 1], &end, 10);
        if (*end == 0) return ++*argument, (size_t)number;
    }
    fprintf(stderr, "kernel_check: %s takes a number\n", arguments[*argument]);
    exit(64);
}

static void list_checks(void) {
    for (const kernel_check *const *family = all_families; *family != NULL; family++)
        for (const kernel_check *check = *family; check->problem != NULL; check++)
            printf("%s %s\n", check->family, check->problem);
}

static options read_options(int count, char **arguments) {
    options options = {.seed = 1, .cases = 1000};
    int i = 1;
    for (; i < count && arguments[i][0] == '-'; i++) {
        if (strcmp(arguments[i], "--seed") == 0) options.seed = number_after(&i, count, arguments);
        else if (strcmp(arguments[i], "--from") == 0) options.from = number_after(&i, count, arguments);
        else if (strcmp(arguments[i], "--cases") == 0) options.cases = number_after(&i, count, arguments);
        else if (strcmp(arguments[i], "--leave-workspaces") == 0) memory_leaves_workspaces = true;
        else if (strcmp(arguments[i], "--list") == 0) {
            list_checks();
            exit(0);
        } else {
            fprintf(stderr, "kernel_check: no option %s\n", arguments[i]);
            exit(64);
        }
    }
    options.names = arguments + i;
    options.name_count = count - i;
    return options;
}

/* Runs the wanted checks of a family; counts those that held and those that did not. */
static void run_family(const kernel_check *family, const options *options, size_t counts[2]) {
    for (const kernel_check *check = family; check->problem != NULL; check++) {
        if (!is_wanted(check, options)) continue;
        const bool broken = failures_of(check, options) != 0;
        counts[broken]++;
        printf("%-10s %-24s %zu cases%s\n", check->family, check->problem, options->cases, broken ? ", BROKEN" : "");
        fflush(stdout);
    }
}

int main(int count, char **arguments) {
    const options options = read_options(count, arguments);
    cl_instruction_set sets[4];
    const size_t set_count = instruction_sets(sets);
    signal(SIGVTALRM, too_slow);
    for (size_t k = 0; k < 2; k++) { /* but a sanitizer says more */
        const int number = k == 0 ? SIGSEGV : SIGBUS;
        void (*before)(int) = signal(number, crashes);
        if (before != SIG_DFL) signal(number, before);
    }
    printf("kernel_check --seed %llu --from %zu, on", (unsigned long long)options.seed, options.from);
    for (size_t s = 0; s < set_count; s++) printf(" %s", instruction_set_name(sets[s]));
    printf("\n");
    size_t counts[2] = {0, 0};
    for (const kernel_check *const *family = all_families; *family != NULL; family++)
        run_family(*family, &options, counts);
    printf("%zu passed, %zu failed\n", counts[false], counts[true]);
    return counts[true] != 0 || counts[false] == 0;
}
