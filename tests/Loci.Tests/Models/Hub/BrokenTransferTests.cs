namespace Loci.Tests.Models.Hub;

/// <summary>Transfers that break, stall, resume, lie.</summary>
public sealed class BrokenTransferTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly FakeHub _fake = new();

    private byte[] Content => _fake.Files[Weights];

    private string Partial => Path.Combine(_fake.ModelFolder, "blobs", FakeHub.Sha256(Content) + ".incomplete");

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task A_transfer_that_breaks_in_the_middle_is_resumed_where_it_broke()
    {
        int[] cuts = [120_000, 50_000, 130_000];
        int turn = 0;
        _fake.OnStorage = asked => FakeHub.Ranged(asked, Content) with { CutAfter = cuts[turn++] };
        string snapshot = await _fake.FetchAsync();
        Assert.Equal(
            [null, "bytes=120000-", "bytes=170000-"], _fake.Storage.Log.Select(asked => asked.Header("Range")));
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(snapshot, Weights)));
    }

    [Fact]
    public async Task A_later_run_resumes_what_an_earlier_one_left()
    {
        _fake.OnStorage = asked =>
            asked.Header("Range") is null ? FakeHub.Ranged(asked, Content) with { CutAfter = 200_000 } : new(503, []);
        var error = await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync());
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Equal(200_000, new FileInfo(Partial).Length);
        _fake.OnStorage = null;
        await _fake.FetchAsync();
        Assert.Equal("bytes=200000-", _fake.Storage.Log.Last().Header("Range"));
        Assert.False(File.Exists(Partial));
    }

    [Fact]
    public async Task A_server_that_ignores_the_range_starts_over()
    {
        int turn = 0;
        _fake.OnStorage = asked => new(200, Content) { CutAfter = turn++ == 0 ? 100_000 : null };
        string snapshot = await _fake.FetchAsync();
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(snapshot, Weights)));
    }

    [Fact]
    public async Task A_range_that_was_not_asked_for_and_a_refused_one_start_over()
    {
        var answers = new Queue<Func<Asked, Answer>>(
        [
            asked => new(200, Content) { CutAfter = 100_000 },
            _ => new(206, Content[99_999..], ("Content-Range", $"bytes 99999-{Content.Length - 1}/{Content.Length}")),
            _ => new(200, Content) { CutAfter = 50_000 },
            _ => new(416, []),
            asked => FakeHub.Ranged(asked, Content),
        ]);
        _fake.OnStorage = asked => answers.Dequeue()(asked);
        string snapshot = await _fake.FetchAsync();
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(snapshot, Weights)));
        Assert.Equal(
            [null, "bytes=100000-", null, "bytes=50000-", null],
            _fake.Storage.Log.Select(asked => asked.Header("Range")));
    }

    [Fact]
    public async Task A_whole_partial_is_checked_without_asking_and_a_longer_one_is_discarded()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllBytes(Partial, Content);
        await _fake.FetchAsync();
        Assert.Empty(_fake.Storage.Log);
        Directory.Delete(_fake.ModelFolder, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllBytes(Partial, [.. Content, 1]);
        await _fake.FetchAsync();
        Assert.Null(Assert.Single(_fake.Storage.Log).Header("Range"));
    }

    [Theory]
    [InlineData(Weights), InlineData("config.json")]
    public async Task Corrupted_content_is_refused_and_deleted(string file)
    {
        byte[] wrong = [.. _fake.Files[file]];
        wrong[5] ^= 1;
        _fake.OnStorage = asked => FakeHub.Ranged(asked, wrong);
        if (file != Weights)
            _fake.OnHub = asked =>
                asked is { Method: "GET" } && asked.Path.EndsWith("cache/" + file, StringComparison.Ordinal)
                    ? new(200, wrong)
                    : null;
        var error = await Assert.ThrowsAsync<InvalidFileException>(() => _fake.FetchAsync());
        Assert.Contains("the hub announced", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_fake.ModelFolder, "blobs")), blob =>
            blob.EndsWith(".incomplete", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_fake.ModelFolder, "snapshots", FakeHub.Commit, file)));
        (_fake.OnStorage, _fake.OnHub) = (null, null);
        await _fake.FetchAsync();
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Nothing_is_written_beyond_the_announced_size(bool withoutLength)
    {
        _fake.OnStorage = _ => new(200, [.. Content, .. Content]) { WithoutLength = withoutLength };
        var error = await Assert.ThrowsAsync<InvalidFileException>(() => _fake.FetchAsync());
        Assert.Contains("more than the 300000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Partial).Length);
    }

    [Fact]
    public async Task A_stall_counts_as_broken()
    {
        int turn = 0;
        _fake.OnStorage = asked =>
            FakeHub.Ranged(asked, Content) with { CutAfter = turn == 0 ? 100_000 : null, Stall = turn++ == 0 };
        await _fake.FetchAsync(options: _fake.Options with { StallTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal("bytes=100000-", _fake.Storage.Log.Last().Header("Range"));
    }

    [Fact]
    public async Task Attempts_are_bounded()
    {
        _fake.OnHub = _ => new(500, []);
        var error = await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync());
        Assert.Contains("tried 5 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, _fake.Hub.Log.Count);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_a_typed_error()
    {
        var options = _fake.Options;
        _fake.Hub.Dispose();
        await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync(options: options));
    }

    [Fact]
    public async Task Redirects_are_bounded_and_stay_with_http()
    {
        _fake.OnHub = asked => new(302, [], ("Location", asked.Path));
        Assert.Contains(
            "more than 10", (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync())).Message,
            StringComparison.Ordinal);
        _fake.OnHub = _ => new(302, [], ("Location", "file:///etc/passwd"));
        Assert.Contains(
            "no http address", (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync())).Message,
            StringComparison.Ordinal);
        _fake.OnHub = _ => new(302, []);
        Assert.Contains(
            "no http address", (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Linked-Size", "-1", "the size «-1»")]
    [InlineData("X-Linked-Size", "99999999999999999999", "the size")]
    [InlineData("X-Linked-Size", "9223372036854775807", "the disk of")]
    [InlineData("X-Linked-Etag", "\"../../x\"", "the hash «../../x»")]
    [InlineData("X-Linked-Etag", "\"abc\"", "the hash «abc»")]
    public async Task Hostile_announcements_are_refused(string header, string value, string problem)
    {
        _fake.OnHub = asked => asked.Method == "HEAD" && asked.Path.EndsWith(Weights, StringComparison.Ordinal)
            && _fake.AnswerHub(asked) is { } usual
            ? usual with { Headers = [.. usual.Headers.Where(h => h.Name != header), (header, value)] }
            : null;
        var error = await Assert.ThrowsAnyAsync<LociException>(() => _fake.FetchAsync());
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Empty(_fake.Storage.Log);
    }
}
