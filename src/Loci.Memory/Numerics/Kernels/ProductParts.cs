namespace Loci.Memory.Numerics.Kernels;

/// <summary>The parts a product is cut into: blocks of rows by ranges of panels.</summary>
internal readonly struct ProductParts
{
    /// <summary>
    /// Parts per thread, where the product is large enough: a thread that is held up has less left to do.
    /// </summary>
    private const int PerThread = 4;

    /// <summary>
    /// Panels that a one-row strip takes on the usual kernels; a multiple of what any kernel's tile takes.
    /// </summary>
    private const int Group = 4;

    private readonly int _rows; // of a part
    private readonly int _panels; // of a part
    private readonly int _ranges; // of panels

    public ProductParts(in Product product, int threads)
    {
        int panels = Panels.Count(product.Outputs);
        int blocks = (int)Math.Max(1, (product.Rows + Product.RowsPerBlock / 2L) / Product.RowsPerBlock);
        (_ranges, _panels) = (1, panels);
        if (threads > 1)
        {
            if (blocks > 1) blocks = (blocks + threads - 1) / threads * threads;
            int groups = (panels + Group - 1) / Group;
            int ranges = Math.Clamp((threads * PerThread + blocks - 1) / blocks, 1, groups);
            _panels = (groups + ranges - 1) / ranges * Group;
            _ranges = (panels + _panels - 1) / _panels;
            // Too few panels to go round: rows must be cut finer.
            if (_ranges * blocks < threads)
                blocks = Math.Min((threads + _ranges - 1) / _ranges, Math.Max(1, product.Rows / Kernel.TileRows));
        }
        int tiles = (product.Rows - 1) / Kernel.TileRows + 1;
        _rows = (tiles + blocks - 1) / blocks * Kernel.TileRows;
        Count = ((product.Rows - 1) / _rows + 1) * _ranges;
    }

    public int Count { get; }

    public void Run(in Product product, int part)
    {
        int row = part / _ranges * _rows, panel = part % _ranges * _panels;
        product.Run(
            row, Math.Min(_rows, product.Rows - row),
            panel, Math.Min(_panels, Panels.Count(product.Outputs) - panel));
    }
}
