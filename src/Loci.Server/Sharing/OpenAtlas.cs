using System.Security.Cryptography;
using System.Text;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Views;

namespace Loci.Server.Sharing;

/// <summary>
/// The atlas that is served: built first where there is none, opened anew where the file was replaced. Whoever reads
/// holds a lease, so that none is closed under him.
/// </summary>
internal sealed class OpenAtlas(string? path, Model? model) : IDisposable
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Leased<AtlasFile>? _atlas;
    private readonly CancellationTokenSource _closing = new();
    private Task<CellMap>? _map;
    private string? _hash, _problem;
    private BuildProgress? _progress;
    private (long Length, DateTime Written) _stamp;
    private long _looked;

    /// <summary>How it is.</summary>
    public OpenAtlasView View
    {
        get
        {
            LookAgain();
            lock (_gate)
                return path is null ? new("none")
                    : _problem is { } problem ? new("failed", path, Problem: problem)
                    : _atlas is not null ? new("ready", path, _hash)
                    : new("building", path, Progress: _progress is { } at ? Progress(at) : new("reading", 0, null));
        }
    }

    /// <summary>What changes when the atlas does; null where there is none.</summary>
    public string? Hash
    {
        get
        {
            LookAgain();
            lock (_gate) return _hash;
        }
    }

    /// <summary>Builds the atlas if it is not there, and opens it.</summary>
    public void Open(Action<string, IProgress<BuildProgress>, CancellationToken>? build, CancellationToken cancel)
    {
        if (path is null) return;
        try
        {
            if (build is not null && !File.Exists(path))
                build(
                    path, new ImmediateProgress<BuildProgress>(at =>
                    {
                        lock (_gate) _progress = at;
                    }), cancel);
            Load();
        }
        catch (LociException e)
        {
            lock (_gate) _problem = e.Message;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (_gate) _problem = e.Message;
        }
    }

    /// <summary>Takes the atlas to read.</summary>
    /// <exception cref="NotThereException">There is none, or not yet.</exception>
    public Lease<AtlasFile> Take()
    {
        LookAgain();
        lock (_gate)
            return _atlas?.Take() ?? throw new NotThereException(
                path is null ? "No atlas is open. «loci atlas build» builds one; «loci serve ATLAS» opens it."
                : _problem is { } problem ? $"The atlas cannot be read: {problem}"
                : "The atlas is still being built; its progress is shown.");
    }

    /// <summary>A number of every cell; read when it is first asked for.</summary>
    public async Task<CellMap> Map(CancellationToken cancel)
    {
        Task<CellMap> reading;
        using (var atlas = Take())
            lock (_gate)
                reading = _map ??= Task.Run(() =>
                {
                    using var read = Take();
                    return CellMap.Read(read.Value, _closing.Token);
                });
        return await reading.WaitAsync(cancel);
    }

    /// <summary>Takes the atlas if it is there.</summary>
    public Lease<AtlasFile>? TryTake()
    {
        LookAgain();
        lock (_gate) return _atlas?.Take();
    }

    public void Dispose()
    {
        _closing.Cancel();
        lock (_gate)
        {
            _atlas?.Retire();
            _atlas = null;
        }
        _closing.Dispose();
    }

    private static AtlasProgressView Progress(BuildProgress at) => new(
        at.Stage == BuildStage.Observe ? "reading" : "storing",
        at.Total > 0 ? Math.Clamp((double)at.Done / at.Total, 0, 1) : 0, at.Left?.TotalSeconds);

    private void Load()
    {
        var stamp = Stamp();
        var file = AtlasFile.Open(path!);
        if (model is not null && file.Manifest.ModelHash != model.Identity)
        {
            string of = file.Manifest.Model, other = file.Manifest.ModelHash[..12];
            file.Dispose();
            throw new LociException(
                $"{path} is the atlas of another model: it was built from «{of}» ({other}…), and {model.Name} is "
                    + $"{model.Identity[..12]}…. Name the model it was built from, or build an atlas of this one.");
        }
        lock (_gate)
        {
            _atlas?.Retire();
            (_atlas, _problem, _stamp, _map) = (new(file), null, stamp, null);
            _hash = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(
                    BuildIdentity.Of(file.Manifest) + file.Manifest.Format + LociVersion.Current
                        + $"\n{stamp.Length} {stamp.Written.Ticks}")))[..16];
        }
    }

    // A file that took the place of the one that is open is noticed by its size or time, within half a second.
    private void LookAgain()
    {
        lock (_gate)
        {
            if (_stamp == default || Environment.TickCount64 - _looked < s_lookAgain.TotalMilliseconds) return;
            _looked = Environment.TickCount64;
            if (Stamp() == _stamp) return;
        }
        try
        {
            Load();
        }
        catch (Exception e) when (e is LociException or IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                _atlas?.Retire();
                (_atlas, _hash, _problem, _stamp) = (null, null, e.Message, Stamp());
            }
        }
    }

    private (long Length, DateTime Written) Stamp()
    {
        var file = new FileInfo(path!);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default);
    }
}

/// <summary>What is asked for is not there, or not yet.</summary>
internal sealed class NotThereException(string message) : LociException(message);
