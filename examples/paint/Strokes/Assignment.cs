namespace Paint.Strokes;

/// <summary>
/// The cheapest one-to-one assignment, by the Hungarian method in the form of shortest augmenting paths (Kuhn 1955;
/// Jonker and Volgenant 1987): exact, in O(rows² · columns).
/// </summary>
public static class Assignment
{
    /// <summary>Assigns every row a column of its own so that the sum of the costs is least.</summary>
    /// <param name="costs">[rows, columns], finite.</param>
    /// <param name="rows">At most as many as columns.</param>
    /// <param name="columns">What the rows choose from.</param>
    /// <returns>The column of each row.</returns>
    /// <exception cref="ArgumentException">More rows than columns, or a cost that is not finite.</exception>
    public static int[] Cheapest(ReadOnlySpan<double> costs, int rows, int columns)
    {
        if (rows > columns) throw new ArgumentException($"{rows} rows are more than {columns} columns.", nameof(rows));
        if (costs.Length != rows * columns)
            throw new ArgumentException($"Holds {costs.Length} costs for {rows} × {columns}.", nameof(costs));
        foreach (double cost in costs)
            if (!double.IsFinite(cost)) throw new ArgumentException($"A cost is {cost}.", nameof(costs));
        // Potentials of rows and columns keep every reduced cost at least 0. Index 0 stands for «none».
        double[] rowPotential = new double[rows + 1], columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1], before = new int[columns + 1];
        double[] slack = new double[columns + 1];
        bool[] reached = new bool[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            Array.Fill(slack, double.PositiveInfinity);
            Array.Clear(reached);
            int column = 0;
            do
            {
                reached[column] = true;
                int from = rowOf[column], next = 0;
                double least = double.PositiveInfinity;
                for (int c = 1; c <= columns; c++)
                {
                    if (reached[c]) continue;
                    double reduced = costs[(from - 1) * columns + c - 1] - rowPotential[from] - columnPotential[c];
                    if (reduced < slack[c]) (slack[c], before[c]) = (reduced, column);
                    if (slack[c] < least) (least, next) = (slack[c], c);
                }
                for (int c = 0; c <= columns; c++)
                {
                    if (reached[c])
                    {
                        rowPotential[rowOf[c]] += least;
                        columnPotential[c] -= least;
                    }
                    else slack[c] -= least;
                }
                column = next;
            }
            while (rowOf[column] != 0);
            for (; column != 0; column = before[column]) rowOf[column] = rowOf[before[column]];
        }
        int[] columnOf = new int[rows];
        for (int c = 1; c <= columns; c++)
            if (rowOf[c] != 0) columnOf[rowOf[c] - 1] = c - 1;
        return columnOf;
    }
}
