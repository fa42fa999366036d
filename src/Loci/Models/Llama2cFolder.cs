using Loci.Checkpoints;
using Loci.Tokenizers;

namespace Loci.Models;

/// <summary>
/// Tells the files of llama2.c's layout apart by their contents: models and tokenizers are both <c>.bin</c>, and
/// published tokenizers are called <c>tokenizer.bin</c>, <c>tok512.bin</c>, <c>tok4096.bin</c>.
/// </summary>
internal static class Llama2cFolder
{
    /// <summary>
    /// The models of a folder, in ordinal order; where none is one, every <c>.bin</c>, so that the error
    /// says what is wrong with it.
    /// </summary>
    public static string[] Models(string folder)
    {
        string[] all = Bins(folder);
        string[] models = [.. all.Where(Llama2cFile.IsModel)];
        return models.Length > 0 ? models : all;
    }

    /// <summary>
    /// The tokenizer beside a model: of the files that hold as many pieces as the model has tokens, the one named
    /// for their number, else <c>tokenizer.bin</c>, else the only one. Where none does, a <c>tokenizer.bin</c>, so
    /// that the error says why.
    /// </summary>
    public static string? FindTokenizer(string model, int vocabulary)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        string[] preferred = [Path.Combine(folder, $"tok{vocabulary}.bin"), Path.Combine(folder, "tokenizer.bin")];
        string[] others =
        [
            .. Bins(folder).Where(file => file != Path.GetFullPath(model) && !Llama2cFile.IsModel(file)),
        ];
        string[] fitting = [.. others.Where(file => Llama2cTokenizer.Fits(file, vocabulary))];
        return preferred.FirstOrDefault(fitting.Contains)
            ?? (fitting is [string only] ? only : preferred.FirstOrDefault(others.Contains));
    }

    private static string[] Bins(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder, "*.bin").Where(File.Exists).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (InputFile.IsRefusal(e))
        {
            throw InputFile.Unreadable(folder, e);
        }
    }
}
