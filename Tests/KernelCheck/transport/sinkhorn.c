#include "transport.h"
void check_sinkhorn(void) {}
void describe_sinkhorn(void) {}
