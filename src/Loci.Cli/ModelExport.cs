using Loci.Checkpoints;
using Loci.Models;

namespace Loci.Cli;

/// <summary>A model written as a folder of its own, whole or not at all.</summary>
internal static class ModelExport
{
    /// <summary>Writes beside the folder's place, and moves it there whole.</summary>
    /// <param name="folder">Must not exist.</param>
    /// <param name="model">The model.</param>
    /// <param name="type">As in <see cref="ModelDirectory.Write"/>.</param>
    /// <param name="tokenizer">Files to put beside the weights, by name.</param>
    public static void Write(
        string folder, Model model, TensorType? type, IReadOnlyList<KeyValuePair<string, byte[]>> tokenizer)
    {
        string beside = $"{Path.TrimEndingDirectorySeparator(folder)}.{Guid.NewGuid():n}.part";
        try
        {
            ModelDirectory.Write(beside, model.Transformer, type);
            foreach (var (file, bytes) in tokenizer) AtomicFile.Write(Path.Combine(beside, file), bytes);
            Directory.Move(beside, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{folder} cannot be written: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        }
    }
}
