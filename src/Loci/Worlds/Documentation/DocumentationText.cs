using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;

namespace Loci.Worlds.Documentation;

/// <summary>
/// Documentation as a text to read: the passages of a type are a document, each a line; a passage that was there
/// already is left out. The same files give the same text.
/// </summary>
public sealed class DocumentationText
{
    private DocumentationText(IReadOnlyList<IReadOnlyList<DocumentationPassage>> documents, int files, long dropped) =>
        (Documents, Files, Dropped) = (documents, files, dropped);

    /// <summary>The documents: what is said of one type and its members.</summary>
    public IReadOnlyList<IReadOnlyList<DocumentationPassage>> Documents { get; }

    /// <summary>Files that were read.</summary>
    public int Files { get; }

    /// <summary>Passages left out since an earlier one says the same.</summary>
    public long Dropped { get; }

    /// <summary>All passages, in order.</summary>
    public IEnumerable<DocumentationPassage> Passages => Documents.SelectMany(document => document);

    /// <summary>
    /// SHA-256 of the text as it is written: a passage a line, an empty line between documents. 64 lower-case digits.
    /// </summary>
    public string Sha256
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int i = 0; i < Documents.Count; i++)
            {
                if (i > 0) hash.AppendData("\n"u8);
                foreach (var passage in Documents[i])
                {
                    hash.AppendData(Encoding.UTF8.GetBytes(passage.Text));
                    hash.AppendData("\n"u8);
                }
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Reads documentation files.</summary>
    /// <param name="paths">The files; their order is kept.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="LociException">A file is missing, damaged or no documentation.</exception>
    public static DocumentationText Read(IReadOnlyList<string> paths, CancellationToken cancellation = default)
    {
        var files = ReadAll(paths, cancellation);
        var types = files.SelectMany(file => file.Types).ToHashSet();
        var seen = new HashSet<string>();
        var documents = new List<IReadOnlyList<DocumentationPassage>>();
        long dropped = 0;
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var type in file.Passages(types)
                .GroupBy(passage => (passage.Subject.Namespace, passage.Subject.Type)))
            {
                DocumentationPassage[] all = [.. type], kept = [.. all.Where(passage => seen.Add(passage.Text))];
                dropped += all.Length - kept.Length;
                if (kept.Length > 0) documents.Add(kept);
            }
        }
        return new(documents, files.Length, dropped);
    }

    // Side by side; of several that fail the first one tells why.
    private static DocumentationFile[] ReadAll(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var files = new DocumentationFile[paths.Count];
        var errors = new LociException?[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                files[i] = DocumentationFile.Read(paths[i]);
            }
            catch (LociException e)
            {
                errors[i] = e;
            }
        });
        if (errors.FirstOrDefault(error => error is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return files;
    }
}
