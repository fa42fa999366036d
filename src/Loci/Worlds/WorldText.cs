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
    /// Words as a word-level tokenizer counts them: runs of letters and digits, and every mark of punctuation.
    /// </summary>
    public static int CountWords(string text)
    {
        int count = 0;
        bool within = false;
        foreach (char c in text)
        {
            bool letter = char.IsLetterOrDigit(c);
            if (letter ? !within : c != ' ') count++;
            within = letter;
        }
        return count;
    }
}
