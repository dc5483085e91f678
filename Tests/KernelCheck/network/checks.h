#ifndef NETWORK_CHECKS_H
#define NETWORK_CHECKS_H

void check_winograd(void);
void describe_winograd(void);
void check_recurrent(void);
void describe_recurrent(void);

/* Half a unit in the last place of float, relative to it. */
#define FLOAT_UNIT 0x1p-24

#endif
