/* Before every kernel that is checked: how it reads the flag by which a call is stopped, and after how many steps, see
 * src/common/fault.h; whether it lists the least costs of rows, and from which size on, see src/matching/shortlist.h;
 * how narrow the first band of letters is, see src/alignment/letter_alignment_body.h; from which size on arcs are
 * fetched ahead, see src/flows/flow_network.h; after how many sweeps of a grid Dijkstra's algorithm takes over; from
 * which size on pivots of a transport keep the sizes of subtrees, see src/transport/transport_pivot.c. */
#ifndef READ_STOP_H
#define READ_STOP_H

#include <stdbool.h>

unsigned char read_stop(const unsigned char *flag);
#define CL_READ_STOP(flag) read_stop(flag)
#define CL_STEPS_OF_ROUND ((size_t)48)
bool shortlists_are_used(void);
#define SHORTLISTS_ARE_USED shortlists_are_used()
#define SHORTLIST_LEAST_SIZE ((size_t)68)
#define SHORTLIST_LEAST_LENGTH ((size_t)68)
#define MOST_NEAR ((size_t)100)

#define CL_FIRST_BAND ((size_t)2)
#define MOST_SWEEPS 3
#define TRANSPORT_FEW_NODES ((size_t)12)

#endif
