using System.Diagnostics.CodeAnalysis;

namespace Loci.Studies;

/// <summary>What studies found, by study.</summary>
public sealed class Measurements
{
    private readonly OrderedDictionary<Study, object> _results = [];

    /// <summary>The studies that were run, in the order of their list.</summary>
    public IReadOnlyList<Study> Studies => _results.Keys;

    /// <summary>What a study found.</summary>
    /// <exception cref="KeyNotFoundException">It was not run.</exception>
    public object this[Study study] => _results[study];

    /// <summary>What a study found; false: it was not run.</summary>
    public bool TryGet<TResult>(Study<TResult> study, [NotNullWhen(true)] out TResult? result)
        where TResult : class
    {
        result = _results.TryGetValue(study, out object? found) ? (TResult)found : null;
        return result is not null;
    }

    /// <summary>Adds what a study found.</summary>
    public Measurements With<TResult>(Study<TResult> study, TResult result)
        where TResult : class
    {
        Add(study, result);
        return this;
    }

    internal void Add(Study study, object result) => _results.Add(study, result);
}

/// <summary>Studies of one model over one text.</summary>
/// <param name="Seed">What decided the samples.</param>
/// <param name="Scale">How much was measured.</param>
/// <param name="Found">What they found.</param>
/// <param name="Nulls">The studies that depend on chance, where there is nothing to find; null: not asked for.</param>
/// <param name="Costs">What each took, in the order they ran. The only numbers that are not the same again.</param>
public sealed record StudyResults(
    int Seed, StudyScale Scale, Measurements Found, NullResults? Nulls, IReadOnlyList<StudyCost> Costs);

/// <summary>
/// The nulls, and the model itself over the same sentences and at the same sample sizes to hold them against.
/// </summary>
/// <param name="Sentences">Sentences of the sample.</param>
/// <param name="Sample">The model as it is.</param>
/// <param name="RandomWeights">The model with the entries of every matrix permuted.</param>
/// <param name="ShuffledText">The model over the sample's tokens in random order.</param>
public sealed record NullResults(int Sentences, Measurements Sample, Measurements RandomWeights,
    Measurements ShuffledText)
{
    /// <summary>One study's results; null: it was not run on nulls.</summary>
    public OnNulls<TResult>? Of<TResult>(Study<TResult> study)
        where TResult : class =>
        Sample.TryGet(study, out var sample) && RandomWeights.TryGet(study, out var random)
        && ShuffledText.TryGet(study, out var shuffled)
            ? new(sample, random, shuffled)
            : null;
}

/// <summary>What one study finds where there is nothing to find.</summary>
/// <typeparam name="TResult">Its result.</typeparam>
/// <param name="Sample">The model as it is, over the sentences of the nulls.</param>
/// <param name="RandomWeights">The model with the entries of every matrix permuted.</param>
/// <param name="ShuffledText">The model over the sample's tokens in random order.</param>
public sealed record OnNulls<TResult>(TResult Sample, TResult RandomWeights, TResult ShuffledText)
    where TResult : class;

/// <summary>What a study took.</summary>
/// <param name="Study">Its title.</param>
/// <param name="On">The null it ran on; null: the model and text themselves.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="PeakBytes">The largest working set of the process seen while it ran, what was there before
/// included.</param>
public sealed record StudyCost(string Study, string? On, double Seconds, long PeakBytes);
