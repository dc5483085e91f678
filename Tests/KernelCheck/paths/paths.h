#ifndef PATH_CHECKS_H
#define PATH_CHECKS_H

void check_shortest_path(void);
void describe_shortest_path(void);
void check_grid_path(void);
void describe_grid_path(void);
void check_knapsack(void);
void describe_knapsack(void);
void check_sum(void);
void describe_sum(void);

#endif
