namespace Loci.Checkpoints;

/// <summary>
/// A checkpoint without what wrappers put into every name: «_orig_mod» of torch.compile, «module» of data parallelism,
/// the attribute that held the model in someone's trainer.
/// </summary>
internal sealed class UnwrappedCheckpoint : Checkpoint
{
    // Parts of names that no architecture uses; torch.compile puts its own in the middle as well.
    private static readonly string[] s_wrappers =
        ["_orig_mod", "module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];

    private readonly Checkpoint _inner;
    // as the inner checkpoint has them, by what they are called here
    private readonly Dictionary<string, string> _names;
    private readonly Dictionary<string, TensorInfo> _tensors;

    private UnwrappedCheckpoint(Checkpoint inner, Dictionary<string, string> names) : base(inner.Path)
    {
        (_inner, _names) = (inner, names);
        _tensors = names.ToDictionary(name => name.Key, name => inner.Tensors[name.Value] with { Name = name.Key },
            StringComparer.Ordinal);
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>
    /// The checkpoint under its plain names; itself where it has them. Disposing of either disposes of both.
    /// </summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="known">A tensor that every model of the kind has, under the spellings it may have.</param>
    /// <exception cref="UnsupportedException">Some names have a prefix and others do not, or two become
    /// one.</exception>
    public static Checkpoint Of(Checkpoint checkpoint, params ReadOnlySpan<string> known)
    {
        if (checkpoint.TryFind(out _, known)) return checkpoint;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in checkpoint.Tensors.Keys)
        {
            string plain = string.Join('.', name.Split('.').Where(part => !s_wrappers.Contains(part)));
            if (!names.TryAdd(plain, name)) throw Collision(checkpoint, names[plain], name);
        }
        string prefix = Prefix(names.Keys, known);
        if (prefix.Length > 0) names = WithoutPrefix(checkpoint, names, prefix);
        foreach (string tensor in known)
            if (names.ContainsKey(tensor)) return new UnwrappedCheckpoint(checkpoint, names);
        return checkpoint;
    }

    // What stands before the known tensor; of several places the shortest.
    private static string Prefix(IEnumerable<string> names, ReadOnlySpan<string> known)
    {
        string? shortest = null;
        foreach (string name in names)
            foreach (string tensor in known)
                if (name == tensor) return "";
                else if (name.EndsWith($".{tensor}", StringComparison.Ordinal)
                    && !(name.Length - tensor.Length >= shortest?.Length))
                    shortest = name[..^tensor.Length];
        return shortest ?? "";
    }

    private static Dictionary<string, string> WithoutPrefix(Checkpoint checkpoint, Dictionary<string, string> names,
        string prefix)
    {
        var plain = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, stored) in names)
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                throw new UnsupportedException(
                    $"{checkpoint.Path}: the model's tensors begin with {ErrorText.Quote(prefix)}, but "
                    + $"{ErrorText.Quote(stored)} does not: it is part of a larger model.");
            else if (!plain.TryAdd(name[prefix.Length..], stored))
                throw Collision(checkpoint, plain[name[prefix.Length..]], stored);
        return plain;
    }

    private static UnsupportedException Collision(Checkpoint checkpoint, string one, string other) =>
        new($"{checkpoint.Path}: {ErrorText.Quote(one)} and {ErrorText.Quote(other)} are one tensor once their "
        + $"wrappers are left out.");

    private protected override Tensor Open(TensorInfo info) => OpenIn(_inner, _inner.Tensors[_names[info.Name]]);

    internal override MappedFile FileOf(string name) => _inner.FileOf(_names[name]);

    private protected override string HashContent() => _inner.ContentHash;

    protected override void Dispose(bool disposing) => _inner.Dispose();
}
