using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

/// <summary>
/// A hub with one model, and a second server, another host to HTTP, that keeps its large files, as the real one does.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Token = "hf_secret";

    private readonly TemporaryFolder _folder = new();

    public FakeHub()
    {
        Hub = new(asked => OnHub?.Invoke(asked) ?? AnswerHub(asked));
        Storage = new(asked => OnStorage?.Invoke(asked) ?? AnswerStorage(asked));
        Files = new()
        {
            ["config.json"] = Encoding.UTF8.GetBytes("""{"model_type":"gpt2"}"""),
            ["tokenizer.json"] = Encoding.UTF8.GetBytes("{}"),
            ["README.md"] = [1],
            ["onnx/model.onnx"] = [2],
            ["model.safetensors"] = RandomBytes(300_000),
        };
    }

    public LocalServer Hub { get; }

    public LocalServer Storage { get; }

    public SortedDictionary<string, byte[]> Files { get; }

    public string Revision { get; set; } = "main";

    public Func<Asked, Answer?>? OnHub { get; set; }

    public Func<Asked, Answer?>? OnStorage { get; set; }

    public string CacheFolder => _folder["hub"];

    public string ModelFolder => Path.Combine(CacheFolder, "models--org--name");

    public HubOptions Options => new()
    {
        Endpoint = Hub.Address,
        CacheFolder = CacheFolder,
        Token = Token,
        FirstPause = TimeSpan.FromMilliseconds(1),
        StallTimeout = TimeSpan.FromSeconds(5),
    };

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string GitSha1(byte[] bytes) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));

    public static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    public async Task<string> FetchAsync(
        string id = "org/name", HubOptions? options = null, IProgress<HubProgress>? progress = null,
        bool refresh = false)
    {
        using var client = new HubClient(options ?? Options);
        return await client.FetchAsync(HubModelId.Parse(id), progress, refresh, TestContext.Current.CancellationToken);
    }

    public Answer AnswerHub(Asked asked)
    {
        if (asked.Path == $"/api/models/org/name/revision/{Uri.EscapeDataString(Revision)}")
            return new(
                200,
                JsonSerializer.SerializeToUtf8Bytes(
                    new { sha = Commit, siblings = Files.Keys.Select(name => new { rfilename = name }) }));
        const string resolve = $"/org/name/resolve/{Commit}/", cached = "/api/resolve-cache/";
        if (asked.Path.StartsWith(cached, StringComparison.Ordinal))
            return Ranged(asked, Files[asked.Path[cached.Length..]]);
        if (!asked.Path.StartsWith(resolve, StringComparison.Ordinal)
            || !Files.TryGetValue(asked.Path[resolve.Length..], out byte[]? content))
            return new(404, []);
        string name = asked.Path[resolve.Length..];
        return name.EndsWith(".safetensors", StringComparison.Ordinal)
            ? new(302, [], ("Location", $"{Storage.Address}store/{name}?signature=s"),
                ("X-Linked-Etag", $"\"{Sha256(content)}\""), ("X-Linked-Size", $"{content.Length}"),
                ("ETag", "\"not-this-one\""))
            : new(307, [], ("Location", cached + name));
    }

    public Answer AnswerStorage(Asked asked) => Ranged(asked, Files[asked.Path["/store/".Length..].Split('?')[0]]);

    public static Answer Ranged(Asked asked, byte[] content)
    {
        (string, string) tag = ("ETag", $"W/\"{GitSha1(content)}\"");
        if (asked.Header("Range") is not { } range) return new(200, content, tag);
        int from = int.Parse(range["bytes=".Length..^1], null);
        return from >= content.Length
            ? new(416, [])
            : new(206, content[from..], tag, ("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}"));
    }

    public void Dispose()
    {
        Hub.Dispose();
        Storage.Dispose();
        _folder.Dispose();
    }
}
