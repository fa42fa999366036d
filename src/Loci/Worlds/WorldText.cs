namespace Loci.Worlds;

/// <summary>The texts the world is made of, which are part of the assembly.</summary>
internal static class WorldText
{
    /// <summary>A text of the folder Texts.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(WorldText).Assembly.GetManifestResourceStream($"Loci.Worlds.{name}.txt")
            ?? throw new InvalidOperationException($"there is no text {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// Words as a word-level tokenizer sees them: runs of letters and digits, and every mark of punctuation.
    /// </summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        for (int at = 0; at < text.Length;)
        {
            int end = at + 1;
            if (char.IsLetterOrDigit(text[at]))
                while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
            if (!char.IsWhiteSpace(text[at])) words.Add(text[at..end]);
            at = end;
        }
        return words;
    }
}
