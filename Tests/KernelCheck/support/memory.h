/* Memory for one instance: exactly as large as the contract says, watched on both sides, and freed at
 * once. Behind inputs, outputs and every other workspace lies a page that nobody may read; under the address
 * sanitizer, behind all of them, a red zone. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* What an input holds before it is filled is 0. */
void *memory_input(size_t bytes);
/* Filled with a byte of which memory_is_unwritten can tell that nobody wrote. */
void *memory_output(size_t bytes);
/* A workspace of any alignment and any contents; uninitialised where a tool watches for that. */
void *memory_workspace(size_t bytes);

bool memory_is_unwritten(const void *start, size_t bytes);
bool memory_equals(const void *a, const void *b, size_t bytes);

/* Whether nobody wrote before or behind any piece; a function of the end of an instance. */
bool memory_is_intact(void);
void memory_release(void);

/* Leaves workspaces uninitialised, for valgrind. The memory sanitizer does so always. */
extern bool memory_leaves_workspaces;

#define INPUT(type, count) ((type *)memory_input((count) * sizeof(type)))
#define OUTPUT(type, count) ((type *)memory_output((count) * sizeof(type)))

#endif
