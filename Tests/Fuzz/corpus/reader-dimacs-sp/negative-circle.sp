p sp 3 3
a 1 2 1
a 2 3 -3
a 3 1 1
