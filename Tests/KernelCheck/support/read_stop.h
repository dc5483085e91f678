/* Before every kernel that is checked: how it reads the flag by which a call is stopped, see src/common/fault.h, and
 * from which size on large problems are solved as such, see src/matching/shortlist.h. */
#ifndef READ_STOP_H
#define READ_STOP_H

unsigned char read_stop(const unsigned char *flag);
#define CL_READ_STOP(flag) read_stop(flag)
#define SHORTLIST_LEAST_SIZE ((size_t)68)
#define SHORTLIST_LEAST_LENGTH ((size_t)68)

#endif
