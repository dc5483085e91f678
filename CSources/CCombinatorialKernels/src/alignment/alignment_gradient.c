#include "alignment_gradient.h"

#include <string.h>

#define CL_BODY "../alignment/gradient_body.h"
#include "../dispatch/each_element_type.h"
