#include "stop.h"

#include "draw.h"
#include "memory.h"
#include "read_stop.h"

static const unsigned char flag;
static size_t asked, wanted = SIZE_MAX;

unsigned char read_stop(const unsigned char *given) {
    EXPECT(given == &flag, "another flag is read");
    return asked++ >= wanted;
}

void stop_in_round(size_t round) {
    asked = 0;
    wanted = round;
}

size_t rounds_asked(void) { return asked; }

size_t round_to_stop_in(void) {
    const uint64_t bits = draw_aside();
    return 1 + (size_t)(bits >> 8) % ((size_t)1 << bits % 12);
}

cl_fault *new_fault(void) {
    cl_fault *fault = OUTPUT(cl_fault, 1);
    fault->stop = &flag;
    return fault;
}

bool is_unwritten_fault(const cl_fault *fault) {
    return fault->stop == &flag && memory_is_unwritten(fault, offsetof(cl_fault, stop));
}

bool is_same_fault(const cl_fault *a, const cl_fault *b) {
    return a->item == b->item && a->row == b->row && a->column == b->column;
}
