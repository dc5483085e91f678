#ifndef ARBORESCENCE_CHECK_H
#define ARBORESCENCE_CHECK_H

void check_arborescence(void);
void describe_arborescence(void);

#endif
