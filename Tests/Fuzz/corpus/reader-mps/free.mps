NAME f
ROWS
N c
G r
COLUMNS
x c 1 r 1
y c 2.5e0 r -1
RHS
b r 3
BOUNDS
MI d x
BV d y
ENDATA
