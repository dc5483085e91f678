* comment
NAME          ALL
OBJSENSE
    MAX
ROWS
 N  COST
 L  LIM1
 G  LIM2
 E  MYEQN
COLUMNS
    X1        COST         1.0   LIM1         1.0
    X1        LIM2         1.0
    MARKER    'MARKER'     'INTORG'
    X2        COST         2.0   LIM1         1.0
    X2        MYEQN       -1.0
    MARKER    'MARKER'     'INTEND'
    X3        COST        -1.0   MYEQN        1.0
RHS
    RHS1      LIM1         4.0   LIM2         1.0
    RHS1      MYEQN        7.0
RANGES
    RNG1      LIM1         2.0
BOUNDS
 UP BND1      X1           4.0
 LO BND1      X2          -1.0
 FR BND1      X3
ENDATA
