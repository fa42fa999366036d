using System.Text;
using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

public sealed class HubClientTests : IDisposable
{
    private readonly FakeHub _fake = new();

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task A_fresh_download_fills_the_cache_as_other_tools_expect_it()
    {
        var told = new List<HubProgress>();
        string snapshot = await _fake.FetchAsync(progress: new ImmediateProgress<HubProgress>(told.Add));
        Assert.Equal(Path.Combine(_fake.ModelFolder, "snapshots", FakeHub.Commit), snapshot);
        Assert.Equal(
            ["config.json", "model.safetensors", "tokenizer.json"],
            Directory.GetFiles(snapshot).Select(Path.GetFileName).Order());
        foreach (string file in Directory.GetFiles(snapshot))
        {
            byte[] content = _fake.Files[Path.GetFileName(file)];
            string hash = file.EndsWith(".json", StringComparison.Ordinal)
                ? FakeHub.GitSha1(content)
                : FakeHub.Sha256(content);
            Assert.Equal(content, File.ReadAllBytes(file));
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(_fake.ModelFolder, "blobs", hash)));
            if (!OperatingSystem.IsWindows()) Assert.Equal($"../../blobs/{hash}", new FileInfo(file).LinkTarget);
        }
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(_fake.ModelFolder, "refs", "main")));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_fake.ModelFolder, "blobs")).Length);
        Assert.Equal(new("model.safetensors", 300_000, 300_000), told[^1]);
        Assert.Equal(told.Where(t => t.File == "model.safetensors").Select(t => t.BytesDone).Order(), told.Where(t =>
            t.File == "model.safetensors").Select(t => t.BytesDone));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_no_one_else()
    {
        await _fake.FetchAsync();
        Assert.NotEmpty(_fake.Storage.Log);
        Assert.All(_fake.Hub.Log, asked => Assert.Equal("Bearer " + FakeHub.Token, asked.Header("Authorization")));
        Assert.All(_fake.Storage.Log, asked =>
            Assert.DoesNotContain(
                asked.Headers.Values, value => value.Contains(FakeHub.Token, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_detour_over_another_host_costs_the_token()
    {
        const string weights = "model.safetensors";
        _fake.OnStorage = asked => new(302, [], ("Location", $"{_fake.Hub.Address}api/resolve-cache/{weights}"));
        string snapshot = await _fake.FetchAsync();
        Assert.Equal(_fake.Files[weights], File.ReadAllBytes(Path.Combine(snapshot, weights)));
        Assert.All(_fake.Hub.Log, asked => Assert.Equal(
            asked.Path.EndsWith("resolve-cache/" + weights, StringComparison.Ordinal)
                ? null
                : "Bearer " + FakeHub.Token,
            asked.Header("Authorization")));
    }

    [Fact]
    public async Task What_is_cached_needs_no_network()
    {
        string snapshot = await _fake.FetchAsync();
        int asked = _fake.Hub.Log.Count;
        Assert.Equal(snapshot, await _fake.FetchAsync());
        Assert.Equal(snapshot, await _fake.FetchAsync("org/name@" + FakeHub.Commit));
        Assert.Equal(snapshot, await _fake.FetchAsync(options: _fake.Options with { Offline = true }));
        Assert.Equal(asked, _fake.Hub.Log.Count);
        Assert.Equal(snapshot, await _fake.FetchAsync(refresh: true));
        Assert.True(_fake.Hub.Log.Count > asked);
        Assert.Single(_fake.Storage.Log); // a blob that is there is not fetched again
    }

    [Fact]
    public async Task Offline_says_what_is_missing()
    {
        var offline = _fake.Options with { Offline = true };
        var error = await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync(options: offline));
        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        string snapshot = await _fake.FetchAsync();
        File.Delete(Path.Combine(snapshot, "model.safetensors"));
        error = await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync(options: offline));
        Assert.Contains("model.safetensors is not in", error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(_fake.ModelFolder, "blobs", FakeHub.Sha256(_fake.Files["model.safetensors"])));
        await _fake.FetchAsync(); // online, what is missing is fetched again
        await _fake.FetchAsync(options: offline);
    }

    [Fact]
    public async Task A_revision_has_its_own_reference()
    {
        _fake.Revision = "refs/pr/1";
        string snapshot = await _fake.FetchAsync("org/name@refs/pr/1");
        Assert.EndsWith(FakeHub.Commit, snapshot, StringComparison.Ordinal);
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(_fake.ModelFolder, "refs", "refs", "pr", "1")));
        Assert.Contains(
            "404", (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync("org/name@main"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_are_those_the_index_names()
    {
        _fake.Files.Remove("model.safetensors");
        _fake.Files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes(
            """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}""");
        (_fake.Files["s1.safetensors"], _fake.Files["s2.safetensors"], _fake.Files["other.safetensors"]) =
            ([1], [], [3]);
        string snapshot = await _fake.FetchAsync();
        Assert.Equal(
            ["s1.safetensors", "s2.safetensors"],
            Directory.GetFiles(snapshot, "*.safetensors").Select(Path.GetFileName).Order());
        Assert.Equal(snapshot, await _fake.FetchAsync(options: _fake.Options with { Offline = true }));
        File.Delete(Path.Combine(snapshot, "s2.safetensors"));
        Assert.Contains("s2.safetensors",
            (await Assert.ThrowsAsync<LociException>(
                () => _fake.FetchAsync(options: _fake.Options with { Offline = true }))).Message,
                StringComparison.Ordinal);
        _fake.Files.Remove("s2.safetensors");
        Assert.Contains(
            "«s2.safetensors», which the hub does not have",
            (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_that_cannot_be_opened_are_refused_before_anything_is_fetched()
    {
        _fake.Files.Remove("model.safetensors");
        Assert.Contains(
            "none of model.safetensors", (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync())).Message,
            StringComparison.Ordinal);
        _fake.Files.Remove("config.json");
        Assert.Contains(
            "no config.json", (await Assert.ThrowsAsync<LociException>(() => _fake.FetchAsync())).Message,
            StringComparison.Ordinal);
        Assert.All(_fake.Hub.Log, asked => Assert.StartsWith("/api/models/", asked.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, true, "does not accept the access token")]
    [InlineData(401, false, "Check the name")]
    [InlineData(403, true, "Accept the model's conditions")]
    [InlineData(403, false, "HF_TOKEN")]
    [InlineData(404, true, "no such model or revision")]
    [InlineData(418, true, "418")]
    public async Task A_refusal_says_what_to_do(int status, bool token, string advice)
    {
        _fake.OnHub = _ => new(status, []);
        var error = await Assert.ThrowsAsync<LociException>(
            () => _fake.FetchAsync(options: _fake.Options with { Token = token ? FakeHub.Token : null }));
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeHub.Token, error.Message, StringComparison.Ordinal);
        Assert.Single(_fake.Hub.Log);
    }

    [Fact]
    public async Task Two_at_once_fetch_each_blob_once()
    {
        await Task.WhenAll(
            _fake.FetchAsync(refresh: true), _fake.FetchAsync(refresh: true), _fake.FetchAsync(refresh: true));
        Assert.Single(_fake.Storage.Log);
    }

    [Fact]
    public async Task Cancellation_ends_it()
    {
        using var cancel = new CancellationTokenSource();
        _fake.OnStorage = asked =>
            FakeHub.Ranged(asked, _fake.Files["model.safetensors"]) with { CutAfter = 100_000, Stall = true };
        using var client = new HubClient(_fake.Options);
        var fetch = client.FetchAsync(
            HubModelId.Parse("org/name"),
            new ImmediateProgress<HubProgress>(told => { if (told.BytesDone >= 100_000) cancel.Cancel(); }),
            cancellation: cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        _fake.OnStorage = null;
        await _fake.FetchAsync();
        Assert.Equal("bytes=100000-", _fake.Storage.Log.Last().Header("Range"));
    }
}
