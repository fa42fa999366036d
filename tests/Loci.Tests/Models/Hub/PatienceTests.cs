using System.Diagnostics;
using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

/// <summary>Servers that never stall and never finish, and servers that ask to be left alone.</summary>
public sealed class PatienceTests : IDisposable
{
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(5);

    private readonly FakeHub _fake = new();
    private readonly List<string> _notices = [];

    private HubOptions Options => _fake.Options with { Notice = _notices.Add };

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task A_transfer_that_drips_counts_as_broken()
    {
        byte[] content = _fake.Files["model.safetensors"];
        int turn = 0;
        _fake.OnStorage = asked => turn++ == 0 ? new(200, content) { Drip = Drip } : FakeHub.Ranged(asked, content);
        await _fake.FetchAsync(
            options: Options with { PaceWindow = TimeSpan.FromMilliseconds(300), LeastBytesPerSecond = 100_000 });
        Assert.Equal(2, _fake.Storage.Log.Count);
        Assert.StartsWith("bytes=", _fake.Storage.Log.Last().Header("Range"));
    }

    [Fact]
    public async Task A_server_that_always_drips_is_an_error_that_says_the_pace()
    {
        _fake.OnStorage = asked => new(200, _fake.Files["model.safetensors"]) { Drip = Drip };
        var error = await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync(options: Options with
        {
            PaceWindow = TimeSpan.FromMilliseconds(100), LeastBytesPerSecond = 100_000, Attempts = 2,
        }));
        Assert.Contains("fewer than 100000 a second", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_drips_has_a_deadline()
    {
        _fake.OnHub = asked => _fake.AnswerHub(asked) with { Drip = TimeSpan.FromMilliseconds(50) };
        var error = await Assert.ThrowsAsync<LociException>(() =>
            _fake.FetchAsync(options: Options with { AnswerDeadline = TimeSpan.FromSeconds(1), Attempts = 2 }));
        Assert.Contains("no whole answer within 1 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _fake.Hub.Log.Count);
    }

    [Theory]
    [InlineData("1"), InlineData(null)]
    public async Task A_server_that_asks_for_patience_gets_it_aloud(string? seconds)
    {
        int turn = 0;
        string wait = seconds
            ?? DateTimeOffset.UtcNow.AddSeconds(2).ToString("r", System.Globalization.CultureInfo.InvariantCulture);
        _fake.OnHub = asked => turn++ == 0 ? new(429, [], ("Retry-After", wait)) : null;
        var clock = Stopwatch.StartNew();
        await _fake.FetchAsync(options: Options);
        Assert.Contains("asks to be left alone for", Assert.Single(_notices), StringComparison.Ordinal);
        if (seconds is not null) Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(0.99), $"waited {clock.Elapsed}");
    }

    [Fact]
    public async Task More_patience_than_the_limit_is_an_error()
    {
        _fake.OnHub = _ => new(503, [], ("Retry-After", "86400"));
        var error = await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync(options: Options));
        Assert.Contains(
            "left alone for 86400 s, where at most 300 s are waited", error.Message, StringComparison.Ordinal);
        Assert.Single(_fake.Hub.Log);
    }

    [Fact]
    public async Task What_stands_beside_the_weights_is_fetched()
    {
        string[] small =
        [
            "generation_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer_config.json",
            "vocab.json", "merges.txt",
        ];
        foreach (string name in small) _fake.Files[name] = [(byte)'{', (byte)'}'];
        string snapshot = await _fake.FetchAsync();
        Assert.All(small[..4], name => Assert.True(File.Exists(Path.Combine(snapshot, name)), name));
        Assert.False(File.Exists(Path.Combine(snapshot, "vocab.json"))); // tokenizer.json says it all

        _fake.Files.Remove("tokenizer.json");
        Directory.Delete(_fake.ModelFolder, recursive: true);
        snapshot = await _fake.FetchAsync();
        Assert.All(small, name => Assert.True(File.Exists(Path.Combine(snapshot, name)), name));
        int asked = _fake.Hub.Log.Count;
        await _fake.FetchAsync();
        Assert.Equal(asked, _fake.Hub.Log.Count); // complete: nobody is asked
    }

    [Fact]
    public async Task A_description_larger_than_any_is_not_fetched()
    {
        _fake.Files["generation_config.json"] = new byte[9 << 20];
        var error = await Assert.ThrowsAsync<InvalidFileException>(() => _fake.FetchAsync());
        Assert.Contains("at most 8388608 are read of generation_config.json", error.Message, StringComparison.Ordinal);
    }
}
