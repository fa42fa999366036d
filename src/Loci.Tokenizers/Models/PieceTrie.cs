namespace Loci.Tokenizers.Models;

/// <summary>Strings by their prefixes, one node a character (UTF-16 unit).</summary>
internal sealed class PieceTrie
{
    private readonly Dictionary<long, int> children = [];
    private readonly List<int> values = [-1]; // [nodes], -1 where no string ends

    /// <summary>Adds a string; returns false, and keeps the first value, when it is there already.</summary>
    public bool Add(string text, int value)
    {
        int node = 0;
        foreach (char c in text)
        {
            long key = Key(node, c);
            if (!children.TryGetValue(key, out int next))
            {
                next = values.Count;
                values.Add(-1);
                children.Add(key, next);
            }
            node = next;
        }
        if (values[node] >= 0) return false;
        values[node] = value;
        return true;
    }

    /// <summary>The node under a node, or -1. The root is 0.</summary>
    public int Child(int node, char c) => children.TryGetValue(Key(node, c), out int next) ? next : -1;

    /// <summary>The value of the string that ends at a node, or -1.</summary>
    public int Value(int node) => values[node];

    private static long Key(int node, char c) => (long)node << 16 | (long)c;
}
