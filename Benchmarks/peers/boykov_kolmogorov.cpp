// The maximum flows of grids by Debian's libmaxflow, for flows.py: integer costs [batch, 6, rows, columns].
#include <algorithm>
#include <maxflow.h>

extern "C" void cut_grids(const int *costs, int batch, int rows, int columns, double *values) {
    const int area = rows * columns;
    for (int item = 0; item < batch; item++, costs += 6 * area) {
        const int *source = costs, *sink = costs + area, *right = costs + 2 * area, *down = costs + 3 * area,
                  *left = costs + 4 * area, *up = costs + 5 * area;
        maxflow::Graph<int, int, int> graph(area, 2 * area);
        graph.add_node(area);
        double common = 0;
        for (int p = 0; p < area; p++) {
            const int both = std::min(source[p], sink[p]);
            common += both;
            graph.add_tweights(p, source[p] - both, sink[p] - both);
            if (p % columns + 1 < columns) graph.add_edge(p, p + 1, right[p], left[p + 1]);
            if (p + columns < area) graph.add_edge(p, p + columns, down[p], up[p + columns]);
        }
        values[item] = common + graph.maxflow();
    }
}
