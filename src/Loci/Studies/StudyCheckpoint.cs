using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Loci.Studies;

/// <summary>
/// A folder that keeps the result of each study as soon as it is there, so that a run that was stopped goes on where it
/// was. A file belongs to one model, atlas, seed, sizes and version of Loci; one that is another's, or damaged, is not
/// read.
/// </summary>
/// <remarks>
/// A file: the SHA-256 of the rest and a line end; one line of JSON that says what it belongs to and what it took; the
/// result, as its study writes it.
/// </remarks>
public sealed class StudyCheckpoint
{
    private const int DigestLength = 64;

    private readonly string _folder, _identity;

    /// <summary>Keeps results in a folder, which is made when there is one to keep.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="source">What is read.</param>
    /// <param name="seed">What decides the samples.</param>
    public StudyCheckpoint(string folder, StudySource source, int seed) =>
        (_folder, _identity) = (folder, $"{source.Identity} seed {seed} Loci {LociVersion.Current}");

    /// <summary>Removes the folder with all that was kept.</summary>
    /// <exception cref="LociException">It cannot be removed.</exception>
    public void Delete()
    {
        try
        {
            if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{_folder} cannot be removed: {e.Message}", e);
        }
    }

    /// <summary>The result of a study that was kept; null: there is none that fits.</summary>
    internal (object Result, StudyCost Cost)? Read(Study study, string? on, int draw, string sizes)
    {
        try
        {
            string path = Name(study, on, draw);
            if (!File.Exists(path)) return null;
            ReadOnlySpan<byte> file = File.ReadAllBytes(path);
            if (file.Length <= DigestLength || file[DigestLength] != '\n') return null;
            var sealedPart = file[(DigestLength + 1)..];
            if (Encoding.ASCII.GetString(file[..DigestLength]) != Convert.ToHexStringLower(
                SHA256.HashData(sealedPart))) return null;
            int end = sealedPart.IndexOf((byte)'\n');
            if (end < 0) return null;
            using var head = JsonDocument.Parse(sealedPart[..end].ToArray());
            if (head.RootElement.GetProperty("of").GetString() != Of(study, on, draw, sizes)) return null;
            var cost = new StudyCost(study.Title, on, head.RootElement.GetProperty("seconds").GetDouble(),
                head.RootElement.GetProperty("peak_bytes").GetInt64());
            return (study.Read(sealedPart[(end + 1)..]), cost);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;    // it is measured again
        }
    }

    /// <summary>Keeps a result.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    internal void Keep(Study study, string? on, int draw, string sizes, object result, StudyCost cost)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("of", Of(study, on, draw, sizes));
            json.WriteNumber("seconds", cost.Seconds);
            json.WriteNumber("peak_bytes", cost.PeakBytes);
            json.WriteEndObject();
        }
        body.Write("\n"u8);
        using (var json = new Utf8JsonWriter(body)) study.WriteWhole(json, result);
        byte[] digest = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body.WrittenSpan)) + "\n");
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{_folder} cannot be made: {e.Message}", e);
        }
        AtomicFile.Write(Name(study, on, draw), [.. digest, .. body.WrittenSpan]);
    }

    private string Of(Study study, string? on, int draw, string sizes) =>
        $"{study.Name} {sizes} on {on ?? "the model"} {draw}; {_identity}";

    private string Name(Study study, string? on, int draw) =>
        Path.Combine(_folder, on is null ? $"{study.Name}.json" : $"{study.Name}.{on.Replace(' ', '-')}-{draw}.json");
}
