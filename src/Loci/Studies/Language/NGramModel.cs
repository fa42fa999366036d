using System.Runtime.InteropServices;

namespace Loci.Studies.Language;

/// <summary>
/// The yardstick of a language model: counts of up to n tokens in a row, each order interpolated with the one below by
/// Witten and Bell's rule (Bell, Cleary, Witten 1990, method C): p(w | h) = (c(hw) + T(h)·p(w | h′)) / (c(h) + T(h)),
/// where T(h) counts the different tokens seen after h and h′ is h without its first token. Before any token all are
/// equally likely.
/// </summary>
public sealed class NGramModel
{
    /// <summary>Longest n: contexts are kept as four tokens of 16 bits.</summary>
    public const int LongestOrder = 5;

    private readonly int _vocabulary;
    private readonly Dictionary<ulong, (int Tokens, int Types)>[] _contexts;   // [order]
    private readonly Dictionary<(ulong Context, int Token), int>[] _counts;    // [order]

    /// <summary>A model that has seen nothing.</summary>
    /// <param name="order">n, from 1 to <see cref="LongestOrder"/>.</param>
    /// <param name="vocabulary">Different tokens, at most 65,535.</param>
    public NGramModel(int order, int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, LongestOrder);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vocabulary, ushort.MaxValue);
        _vocabulary = vocabulary;
        _contexts = [.. Enumerable.Range(0, order).Select(_ => new Dictionary<ulong, (int, int)>())];
        _counts = [.. Enumerable.Range(0, order).Select(_ => new Dictionary<(ulong, int), int>())];
    }

    /// <summary>Counts a document. Its first token is given, and only others' context.</summary>
    public void Learn(ReadOnlySpan<int> tokens)
    {
        for (int at = 1; at < tokens.Length; at++)
            for (int length = 0; length < _contexts.Length && length <= at; length++)
            {
                ulong context = Context(tokens, at, length);
                ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    _counts[length], (context, tokens[at]), out _);
                ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_contexts[length], context, out _);
                seen = (seen.Tokens + 1, seen.Types + (count == 0 ? 1 : 0));
                count++;
            }
    }

    /// <summary>Probability of the token at a place after those before it.</summary>
    /// <param name="tokens">A document.</param>
    /// <param name="at">The place, from 1.</param>
    public double Probability(ReadOnlySpan<int> tokens, int at)
    {
        double p = 1.0 / _vocabulary;
        for (int length = 0; length < _contexts.Length && length <= at; length++)
        {
            ulong context = Context(tokens, at, length);
            // Who has not seen a context has not seen a longer one.
            if (!_contexts[length].TryGetValue(context, out var seen)) break;
            int count = _counts[length].GetValueOrDefault((context, tokens[at]));
            p = (count + seen.Types * p) / (seen.Tokens + (double)seen.Types);
        }
        return p;
    }

    // The last tokens before a place, 1 added so that none is 0.
    private static ulong Context(ReadOnlySpan<int> tokens, int at, int length)
    {
        ulong context = 0;
        for (int i = at - length; i < at; i++) context = context << 16 | (uint)(tokens[i] + 1);
        return context;
    }
}
