namespace Loci.Memory.Numerics.Kernels;

internal static class ProductShare
{
    public static void Run(in Product product, int threads)
    {
        int panels = Panels.Count(product.Outputs);
        for (int row = 0; row < product.Rows; row += Product.RowsPerBlock)
            product.Run(row, Math.Min(Product.RowsPerBlock, product.Rows - row), 0, panels);
    }
}
