using System.Runtime.CompilerServices;
using Loci.Memory.Numerics;

namespace Loci.Models.Gradients;

/// <summary>
/// Matrices laid out for products with their transpose, each made when it is first asked for: as much memory again as
/// the matrices that gradients pass through.
/// </summary>
internal sealed class Transposes : IDisposable
{
    private readonly Dictionary<PackedMatrix, PackedMatrix> _made = new(ByReference.Instance);

    public PackedMatrix Of(PackedMatrix matrix) =>
        _made.TryGetValue(matrix, out var transpose) ? transpose : _made[matrix] = matrix.Transpose();

    /// <summary>Those that are made of these matrices, shared; the rest is left.</summary>
    public Transposes Share(IEnumerable<PackedMatrix> matrices)
    {
        var shared = new Transposes();
        foreach (var matrix in matrices)
            if (_made.TryGetValue(matrix, out var transpose)) shared._made[matrix] = transpose.Share();
        return shared;
    }

    public void Dispose()
    {
        foreach (var transpose in _made.Values) transpose.Dispose();
        _made.Clear();
    }

    private sealed class ByReference : IEqualityComparer<PackedMatrix>
    {
        public static ByReference Instance { get; } = new();

        public bool Equals(PackedMatrix? x, PackedMatrix? y) => ReferenceEquals(x, y);

        public int GetHashCode(PackedMatrix matrix) => RuntimeHelpers.GetHashCode(matrix);
    }
}
