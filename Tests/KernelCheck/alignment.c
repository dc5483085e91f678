/* Alignments: paths against the recurrence, in the element type and without rounding; smoothed values and
 * their gradients against long double. */
#include "alignment/checks.h"
#include "alignment/instance.h"
#include "support/check.h"

const kernel_check alignment_checks[] = {
    {"alignment", "alignment", check_alignment, describe_alignments},
    {"alignment", "soft_alignment", check_soft_alignment, describe_alignments},
    {"alignment", "letter_alignment", check_letter_alignment, describe_letters},
    {0},
};
