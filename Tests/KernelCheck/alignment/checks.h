#ifndef ALIGNMENT_CHECKS_H
#define ALIGNMENT_CHECKS_H

void check_alignment(void);
void check_soft_alignment(void);
void check_letter_alignment(void);
void describe_letters(void);

#endif
