using System.Buffers;
using Loci.Memory.Numerics;

namespace Loci.Memory.FeedForward;

/// <summary>
/// A feed-forward layer as the key-value memory it is: a query x meets the keys of all cells, and the values of
/// those that fire are summed, each as far as its cell fires. y = m·V + c with m = f(x·K + b), or m =
/// f(x·G)·(x·K) where it is gated.
/// </summary>
/// <remarks>
/// Geva et al. 2021, arXiv 2012.14913; gated cells: Shazeer 2020, arXiv 2002.05202. What training wrote is
/// not changed in place: a write or an erasure gives another memory, which shares the keys with this one.
/// Safe for use by many threads.
/// </remarks>
public sealed class FeedForwardMemory
{
    private readonly PackedMatrix _keys, _values;
    private readonly PackedMatrix? _gateKeys;
    private readonly float[] _keyBias, _valueBias;

    /// <summary>A memory over weights that are there.</summary>
    /// <param name="keys">K: output i is the key of cell i; in gated layers the content key. [key size → cells]</param>
    /// <param name="values">V: input i is the value of cell i. [cells → value size]</param>
    /// <param name="activation">f.</param>
    /// <param name="gateKeys">G, the selector keys of a gated layer, else null. [key size → cells]</param>
    /// <param name="keyBias">b, the thresholds of cells that are not gated. [cells], or empty.</param>
    /// <param name="valueBias">c, the value that is always read. [value size], or empty.</param>
    /// <param name="router">Which cells a query reaches, and how much they count; null: all alike.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit each other, or thresholds of gated cells.</exception>
    public FeedForwardMemory(
        PackedMatrix keys, PackedMatrix values, Activation activation, PackedMatrix? gateKeys = null,
        float[]? keyBias = null,
        float[]? valueBias = null,
        ExpertRouter? router = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        (_keys, _values, Activation, _gateKeys, _keyBias, _valueBias, Router) =
            (keys, values, activation, gateKeys, keyBias ?? [], valueBias ?? [], router);
        if (router is not null && router.Cells != keys.Outputs)
            throw new ArgumentException($"The router knows {router.Cells} cells of {keys.Outputs}.", nameof(router));
        if (values.Inputs != keys.Outputs)
            throw new ArgumentException($"There are {keys.Outputs} keys and {values.Inputs} values.", nameof(values));
        if (gateKeys is not null && (gateKeys.Inputs, gateKeys.Outputs) != (keys.Inputs, keys.Outputs))
            throw new ArgumentException(
                $"The selector keys are [{gateKeys.Inputs} → {gateKeys.Outputs}], the keys [{keys.Inputs} → "
                    + $"{keys.Outputs}].", nameof(gateKeys));
        if (_keyBias.Length > 0 && gateKeys is not null)
            throw new ArgumentException("Gated cells have no thresholds.", nameof(keyBias));
        if (_keyBias.Length > 0) Require.SameLength(keys.Outputs, _keyBias.Length, nameof(keyBias));
        if (_valueBias.Length > 0) Require.SameLength(values.Outputs, _valueBias.Length, nameof(valueBias));
    }

    /// <summary>Cells: how many keys, each with a value of its own.</summary>
    public int Capacity => _keys.Outputs;

    /// <summary>Length of a key, and of a query.</summary>
    public int KeySize => _keys.Inputs;

    /// <summary>Length of a value.</summary>
    public int ValueSize => _values.Outputs;

    /// <summary>f.</summary>
    public Activation Activation { get; }

    /// <summary>True where m = f(x·G)·(x·K): every cell has two poles.</summary>
    public bool IsGated => _gateKeys is not null;

    /// <summary>
    /// The address in front of its experts, or null: coefficients are then multiplied by their weights.
    /// </summary>
    public ExpertRouter? Router { get; }

    /// <summary>c, or empty. [value size]</summary>
    public ReadOnlySpan<float> ValueBias => _valueBias;

    /// <summary>Bytes of the matrices.</summary>
    public long Bytes => _keys.Bytes + _values.Bytes + (_gateKeys?.Bytes ?? 0);

    /// <summary>How far every cell fires for each query: the coefficients m, the first half of a read.</summary>
    /// <param name="queries">x. [rows, key size]</param>
    /// <param name="rows">Queries.</param>
    /// <param name="coefficients">m, overwritten. [rows, cells]</param>
    /// <param name="content">Scratch memory where the cells are gated, else unused. [rows, cells]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    public void Address(
        ReadOnlySpan<float> queries, int rows, Span<float> coefficients, Span<float> content = default, int threads = 1)
    {
        coefficients = coefficients[..checked(rows * Capacity)];
        if (_gateKeys is null)
        {
            MatrixProduct.Multiply(queries, rows, _keys, _keyBias, coefficients, threads);
            Activations.Apply(Activation, coefficients);
            Route(queries, rows, coefficients, threads);
            return;
        }
        content = content[..coefficients.Length];
        MatrixProduct.Multiply(queries, rows, _gateKeys, [], coefficients, threads);
        MatrixProduct.Multiply(queries, rows, _keys, [], content, threads);
        Gating.Apply(Activation, coefficients, content);
        Route(queries, rows, coefficients, threads);
    }

    /// <summary>What coefficients retrieve, m·V + c: the second half of a read.</summary>
    /// <param name="coefficients">m. [rows, cells]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="destination">Overwritten. [rows, value size]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    public void Recall(ReadOnlySpan<float> coefficients, int rows, Span<float> destination, int threads = 1) =>
        MatrixProduct.Multiply(coefficients, rows, _values, _valueBias, destination, threads);

    /// <summary>What coefficients retrieve from the cells alone, m·V.</summary>
    /// <param name="coefficients">m. [rows, cells]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="destination">Overwritten. [rows, value size]</param>
    public void RecallCells(ReadOnlySpan<float> coefficients, int rows, Span<float> destination) =>
        MatrixProduct.Multiply(coefficients, rows, _values, [], destination);

    /// <summary>x·K + b, or x·G where the cells are gated: what f is applied to.</summary>
    /// <param name="queries">x. [rows, key size]</param>
    /// <param name="rows">Queries.</param>
    /// <param name="scores">Overwritten. [rows, cells]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    public void Score(ReadOnlySpan<float> queries, int rows, Span<float> scores, int threads = 1) =>
        MatrixProduct.Multiply(queries, rows, _gateKeys ?? _keys, _gateKeys is null ? _keyBias : [], scores, threads);

    /// <summary>x·K of a gated layer: what f of the scores is multiplied by.</summary>
    /// <param name="queries">x. [rows, key size]</param>
    /// <param name="rows">Queries.</param>
    /// <param name="content">Overwritten. [rows, cells]</param>
    /// <param name="threads">Most threads to use; the result does not depend on it.</param>
    /// <exception cref="InvalidOperationException">The cells are not gated.</exception>
    public void Content(ReadOnlySpan<float> queries, int rows, Span<float> content, int threads = 1)
    {
        if (!IsGated) throw new InvalidOperationException("Only gated cells have content keys beside their selectors.");
        MatrixProduct.Multiply(queries, rows, _keys, [], content, threads);
    }

    /// <summary>Reads what a query retrieves.</summary>
    /// <param name="query">[key size]</param>
    /// <param name="destination">Overwritten. [value size]</param>
    public void Read(ReadOnlySpan<float> query, Span<float> destination)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(2 * Capacity);
        Span<float> m = rented.AsSpan(0, Capacity), content = rented.AsSpan(Capacity, Capacity);
        Address(query, 1, m, content);
        Recall(m, 1, destination);
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>
    /// A memory that retrieves a value for a query, and for others as before in so far as other cells fire for them:
    /// the delta rule, V + β·m⊗(v − m·V − c)/‖m‖², with m the coefficients of the query. It is the rank-one edit of
    /// ROME with the identity for the covariance of keys (Meng et al. 2022, arXiv 2202.05262), and what a fast-weight
    /// memory does at every token.
    /// </summary>
    /// <param name="query">x. [key size]</param>
    /// <param name="value">v. [value size]</param>
    /// <param name="strength">β: 1 replaces what the query retrieves, 0 leaves it.</param>
    /// <exception cref="ArgumentException">
    /// No cell fires for the query, a length does not fit, or a number is not finite.
    /// </exception>
    public FeedForwardMemory Write(ReadOnlySpan<float> query, ReadOnlySpan<float> value, float strength = 1)
    {
        Require.SameLength(KeySize, query.Length, nameof(query));
        Require.SameLength(ValueSize, value.Length, nameof(value));
        if (!float.IsFinite(strength))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "must be finite");
        float[] m = new float[Capacity], content = new float[Capacity], now = new float[ValueSize];
        Address(query, 1, m, content);
        Recall(m, 1, now);
        double square = m.Sum(x => (double)x * x);
        if (!(square > 0) || !double.IsFinite(square))
            throw new ArgumentException(
                $"The cells fire with ‖m‖² = {square:g4} for it: there is nothing to write the value under.",
                nameof(query));
        float[] values = Values();                                      // [cells, value size]
        for (int cell = 0; cell < m.Length; cell++)
        {
            double share = strength * m[cell] / square;
            if (share == 0) continue;
            var row = values.AsSpan(cell * ValueSize, ValueSize);
            for (int i = 0; i < row.Length; i++) row[i] = (float)(row[i] + share * ((double)value[i] - now[i]));
        }
        return With(values);
    }

    /// <summary>
    /// A memory for which the query retrieves nothing but zeros: <see cref="Write"/> of a value of zeros.
    /// </summary>
    /// <param name="query">[key size]</param>
    /// <exception cref="ArgumentException">As in <see cref="Write"/>.</exception>
    public FeedForwardMemory Erase(ReadOnlySpan<float> query) => Write(query, new float[ValueSize]);

    /// <summary>A memory without the value of one cell.</summary>
    /// <param name="cell">0 to <see cref="Capacity"/> − 1.</param>
    public FeedForwardMemory EraseCell(int cell)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cell);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cell, Capacity);
        float[] values = Values();
        values.AsSpan(cell * ValueSize, ValueSize).Clear();
        return With(values);
    }

    /// <summary>Copies the key of a cell; of a gated one the content key.</summary>
    /// <param name="cell">0 to <see cref="Capacity"/> − 1.</param>
    /// <param name="destination">[key size] or longer.</param>
    public void CopyKey(int cell, Span<float> destination) => _keys.CopyOutput(cell, destination);

    /// <summary>Copies the value of a cell.</summary>
    /// <param name="cell">0 to <see cref="Capacity"/> − 1.</param>
    /// <param name="destination">[value size] or longer.</param>
    public void CopyValue(int cell, Span<float> destination) => _values.CopyInput(cell, destination);

    private void Route(ReadOnlySpan<float> queries, int rows, Span<float> coefficients, int threads)
    {
        if (Router is null) return;
        float[] rented = ArrayPool<float>.Shared.Rent(checked(rows * Router.Groups));
        Router.Weigh(queries, rows, rented, threads);
        Router.Apply(rented, rows, coefficients);
        ArrayPool<float>.Shared.Return(rented);
    }

    // [cells, value size]
    private float[] Values()
    {
        float[] values = new float[checked(Capacity * ValueSize)];
        for (int cell = 0; cell < Capacity; cell++) _values.CopyInput(cell, values.AsSpan(cell * ValueSize, ValueSize));
        return values;
    }

    private FeedForwardMemory With(float[] values) => new(
        _keys, PackedMatrix.Pack(values, Capacity, ValueSize, outputsFirst: false), Activation, _gateKeys, _keyBias,
        _valueBias, Router);
}
