c two ways
p sp 4 5
n 1 s
n 4 t
a 1 2 1
a 2 4 2.5
a 1 3 -1
a 3 4 inf
a 2 3 0
