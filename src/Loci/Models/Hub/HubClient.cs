using System.Globalization;
using Loci.Checkpoints;

namespace Loci.Models.Hub;

/// <summary>
/// Fetches models from a Hugging Face hub into the cache its own tools use. Only what Loci reads is fetched: the
/// configuration, the tokenizer, safetensors weights. Everything is checked against the hash that the hub announces.
/// </summary>
public sealed class HubClient : IDisposable
{
    private readonly HubOptions _options;
    private readonly HubTransport _transport;

    /// <summary>Connects to nothing yet.</summary>
    public HubClient(HubOptions options) => (_options, _transport) = (options, new(options));

    /// <summary>A folder with the files of a model: from the cache where it is complete there, else fetched.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Told of bytes as they arrive, on any thread, one call at a time.</param>
    /// <param name="refresh">True to ask the hub what the revision is now, even where the cache is complete.</param>
    /// <param name="cancellation">Ends it; what has arrived is kept and resumed.</param>
    /// <exception cref="LociException">The hub refuses, the transfer keeps breaking, the disk is full.</exception>
    /// <exception cref="InvalidFileException">What arrives is not what the hub announced.</exception>
    public async Task<string> FetchAsync(
        HubModelId model, IProgress<HubProgress>? progress = null, bool refresh = false,
        CancellationToken cancellation = default)
    {
        var cache = new HubCache(_options.CacheFolder, model);
        try
        {
            string? cached = cache.FindSnapshot();
            if (_options.Offline) return UseCached(model, cached);
            if (!refresh && cached is not null && cache.IsComplete(cached)) return cached;
            return await FetchAsync(model, cache, progress, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{model} cannot be kept in {_options.CacheFolder}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private string UseCached(HubModelId model, string? snapshot)
    {
        string? missing = snapshot is null ? "the model" : HubCache.Missing(snapshot);
        return missing is null
            ? snapshot!
            : throw new LociException(
                $"{model}: {missing} is not in {_options.CacheFolder}, and HF_HUB_OFFLINE forbids fetching it");
    }

    private async Task<string> FetchAsync(
        HubModelId model, HubCache cache, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        var reply = await AskAsync(model, cancellation).ConfigureAwait(false);
        string weights = HubFiles.ChooseWeights(model, reply.Files);
        var download = new BlobDownload(_transport, _options, model);

        async Task GetAsync(string name)
        {
            if (!reply.Files.Contains(name))
                throw new LociException(
                    $"{model}: {weights} names the shard {ErrorText.Quote(name)}, which the hub does not have");
            var address = Address($"{model.Name}/resolve/{reply.Commit}/{Uri.EscapeDataString(name)}");
            var file = await DescribeAsync(model, name, address, cancellation).ConfigureAwait(false);
            if (file.Size > HubFiles.MostBytes(name))
                throw new InvalidFileException(
                    address.ToString(),
                    $"the hub announces {file.Size} bytes; at most {HubFiles.MostBytes(name)} are read of {name}");
            if (!BlobDownload.IsThere(cache.Blob(file.Hash), file.Size))
                await download.FetchAsync(file, address, cache, progress, cancellation).ConfigureAwait(false);
            cache.Link(reply.Commit, name, file.Hash);
        }

        string[] small = [.. HubFiles.Beside(reply.Files)];
        foreach (string name in small.Where(reply.Files.Contains)) await GetAsync(name).ConfigureAwait(false);
        cache.MarkAbsent(reply.Commit, small.Where(name => !reply.Files.Contains(name)));
        await GetAsync(weights).ConfigureAwait(false);
        string snapshot = cache.Snapshot(reply.Commit);
        if (weights.EndsWith(".index.json", StringComparison.Ordinal))
            foreach (string shard in ShardIndex.Read(Path.Combine(snapshot, weights)).Shards.ToArray())
                await GetAsync(shard).ConfigureAwait(false);
        cache.WriteRef(reply.Commit);
        return snapshot;
    }

    /// <summary>Which commit the revision is, and which files it has.</summary>
    private Task<HubReply> AskAsync(HubModelId model, CancellationToken cancellation)
    {
        var address = Address($"api/models/{model.Name}/revision/{Uri.EscapeDataString(model.Revision)}");
        return Retry.RunAsync(_options, () => Deadline.AskAsync(_options, address, async cancellation =>
        {
            using var response = await _transport.SendAsync(HttpMethod.Get, address, 0, null, cancellation)
                .ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw HubRefusal.For(response, model, null, _options);
            using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            using var reply = new MemoryStream();
            byte[] block = new byte[1 << 14];
            while (
                await _transport.ReadAsync(body, block, address.ToString(), cancellation)
                    .ConfigureAwait(false) is > 0 and int read)
            {
                if (reply.Length + read > HubReply.MaxBytes)
                    throw new InvalidFileException(address.ToString(),
                        $"the hub's reply is longer than {HubReply.MaxBytes} bytes", HubReply.MaxBytes);
                reply.Write(block, 0, read);
            }
            return HubReply.Parse(reply.GetBuffer().AsSpan(0, (int)reply.Length), address.ToString());
        }, cancellation), () => 0, cancellation);
    }

    /// <summary>Hash and size of a file, from what the hub itself says before it sends us elsewhere.</summary>
    private Task<HubFile> DescribeAsync(HubModelId model, string name, Uri address, CancellationToken cancellation) =>
        Retry.RunAsync(_options, () => Deadline.AskAsync(_options, address, async cancellation =>
        {
            string? hash = null, size = null;
            using var response = await _transport.SendAsync(HttpMethod.Head, address, 0, said =>
            {
                hash ??= Header(said, "X-Linked-Etag") ?? (said.IsSuccessStatusCode ? Header(said, "ETag") : null);
                size ??= Header(said, "X-Linked-Size")
                    ?? (said.IsSuccessStatusCode
                        ? said.Content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture)
                        : null);
            }, cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode && !HubTransport.IsRedirect(response.StatusCode))
                throw HubRefusal.For(response, model, name, _options);
            if (hash is not null) hash = (hash.StartsWith("W/", StringComparison.Ordinal) ? hash[2..] : hash).Trim('"');
            if (hash is null || !HubFile.IsHash(hash))
                throw new InvalidFileException(address.ToString(),
                    $"the hub announces the hash {ErrorText.Quote(hash ?? "")}; without a SHA-256 or a git SHA-1 "
                        + "nothing can be checked");
            long bytes = 0;
            if (size is not null && !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out bytes))
                throw new InvalidFileException(
                    address.ToString(), $"the hub announces the size {ErrorText.Quote(size)}");
            return new HubFile(name, hash, size is null ? null : bytes);
        }, cancellation), () => 0, cancellation);

    private Uri Address(string path) => new($"{_options.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}");

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
