using System.Text;

namespace Loci;

/// <summary>Names from files, made safe to print: bounded, on one line, without terminal control sequences.</summary>
internal static class ErrorText
{
    private const int MaxLength = 120;

    public static string Quote(string name)
    {
        var text = new StringBuilder("«");
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, MaxLength)))
            text.Append(char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c);
        return text.Append(name.Length > MaxLength ? "…»" : "»").ToString();
    }
}
