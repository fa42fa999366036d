namespace Loci.Cluster.Jobs;

/// <summary>What a job is: enough for any worker that sees the folder to take part in it, and for none other.</summary>
[GenerateSerializer, Immutable, Alias("loci.job")]
public sealed record JobSpec
{
    /// <summary>The job's name.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The folder all workers see: index of sentences, unpacked text, results.</summary>
    [Id(1)] public required string Folder { get; init; }

    /// <summary>The model: a path all workers see, or a built-in name.</summary>
    [Id(2)] public required string Model { get; init; }

    /// <summary>Where the model lay, as the atlas keeps it.</summary>
    [Id(3)] public string? ModelPlace { get; init; }

    /// <summary>The atlas, an absolute path.</summary>
    [Id(4)] public required string Output { get; init; }

    /// <summary>Replace whatever has the atlas's name.</summary>
    [Id(5)] public bool Replace { get; init; }

    /// <summary>What the build is of: version, hashes of model, tokenizer and text, options.</summary>
    [Id(6)] public required string Identity { get; init; }

    /// <summary>Hash of the index of sentences.</summary>
    [Id(7)] public required string IndexHash { get; init; }

    /// <summary>Blocks of the index.</summary>
    [Id(8)] public required int Blocks { get; init; }

    /// <summary>t: triggers kept for each cell and pole.</summary>
    [Id(9)] public required int Top { get; init; }

    /// <summary>Tokens kept at either end of a value.</summary>
    [Id(10)] public required int ValueTokens { get; init; }

    /// <summary>Tokens run at a time.</summary>
    [Id(11)] public required int BatchTokens { get; init; }

    /// <summary>The corpus as the atlas names it.</summary>
    [Id(12)] public required IReadOnlyList<JobFile> Files { get; init; }

    /// <summary>Seconds a lease lasts.</summary>
    [Id(13)] public double LeaseSeconds { get; init; } = 60;

    /// <summary>Seconds a range is to take.</summary>
    [Id(14)] public double RangeSeconds { get; init; } = 60;
}

/// <summary>A file of the corpus.</summary>
/// <param name="Name">Its name without the folder.</param>
/// <param name="Sha256">Hash of its bytes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Place">Where it lay, as the atlas keeps it.</param>
[GenerateSerializer, Immutable, Alias("loci.file")]
public sealed record JobFile(
    [property: Id(0)] string Name, [property: Id(1)] string Sha256, [property: Id(2)] long Bytes,
    [property: Id(3)] string? Place);
