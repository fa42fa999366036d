namespace Loci.Checkpoints.Torch;

/// <summary>A list, tuple or set of a pickle.</summary>
internal sealed record PickleList(List<object?> Items);

/// <summary>A dictionary of a pickle, in its order; keys are not compared.</summary>
internal sealed record PickleDict(List<KeyValuePair<object?, object?>> Pairs)
{
    /// <summary>The last value of a key that is a text, as Python would keep it.</summary>
    public object? this[string key]
    {
        get
        {
            for (int i = Pairs.Count - 1; i >= 0; i--)
                if (Pairs[i].Key is string text && text == key) return Pairs[i].Value;
            return null;
        }
    }
}

/// <summary>A class or function that a pickle names; it stands for itself and is never run.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public string FullName => $"{Module}.{Name}";
}

/// <summary>An object that a class or function would have made.</summary>
internal sealed record PickleObject(PickleGlobal Global, PickleList Arguments)
{
    /// <summary>What its attributes would have been set to, or null.</summary>
    public object? State { get; set; }
}

/// <summary>A reference to something outside the pickle: numbers of a tensor.</summary>
internal sealed record PickleReference(object? Id);
