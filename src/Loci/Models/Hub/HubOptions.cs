namespace Loci.Models.Hub;

/// <summary>Which hub, where its files are kept, and how patient to be.</summary>
public sealed record HubOptions
{
    /// <summary>The hub; an http or https address.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Folder that holds <c>models--org--name</c> folders, shared with other tools.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>An access token, sent to <see cref="Endpoint"/> alone.</summary>
    public string? Token { get; init; }

    /// <summary>True to use the cache alone.</summary>
    public bool Offline { get; init; }

    /// <summary>How long nothing may arrive before a transfer counts as broken.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Fewest bytes a second that a transfer must bring, over every <see cref="PaceWindow"/>; a
    /// slower one counts as broken.
    /// </summary>
    public double LeastBytesPerSecond { get; init; } = 1024;

    /// <summary>Over how long the pace of a transfer is judged.</summary>
    public TimeSpan PaceWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the whole answer to a question (which files there are, how large one is) may take.</summary>
    public TimeSpan AnswerDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The longest time that a server's <c>Retry-After</c> is waited for; a longer one is an error that says it.
    /// </summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told, a sentence each, why a transfer waits; null for nobody.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>How many broken transfers without notable progress end a download.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Pause after the first broken transfer; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Never writes the token.</summary>
    public override string ToString() => $"{Endpoint} cached in {CacheFolder}{(Offline ? ", offline" : "")}";

    /// <summary>
    /// What the usual variables say: HF_ENDPOINT, HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HF_TOKEN, HF_TOKEN_PATH (else
    /// the file <c>token</c> in HF_HOME) and HF_HUB_OFFLINE.
    /// </summary>
    /// <param name="variable">Gives the value of a variable; by default, the environment's.</param>
    /// <exception cref="LociException">HF_ENDPOINT is no http address, or the token cannot be sent.</exception>
    public static HubOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Get(string name) =>
            (variable ?? Environment.GetEnvironmentVariable)(name) is { } text && text.Trim() is { Length: > 0 } value
                ? value
                : null;
        string home = Get("HF_HOME") is { } named
            ? Expand(named)
            : Path.Combine(
                Get("XDG_CACHE_HOME") is { } caches ? Expand(caches) : Expand(Path.Combine("~", ".cache")),
                "huggingface");
        string endpoint = Get("HF_ENDPOINT") ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw new LociException(
                $"HF_ENDPOINT is {ErrorText.Quote(endpoint)}; an http or https address was expected");
        return new()
        {
            Endpoint = address,
            CacheFolder = Get("HF_HUB_CACHE") is { } cache ? Expand(cache) : Path.Combine(home, "hub"),
            Token = CheckToken(
                Get("HF_TOKEN")
                    ?? ReadToken(Get("HF_TOKEN_PATH") is { } path ? Expand(path) : Path.Combine(home, "token"))),
            Offline = Get("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
    }

    private static string Expand(string path) =>
        Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : path);

    private static string? ReadToken(string path)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= 4096
                && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"the token file {path} cannot be read: {e.Message}", e);
        }
    }

    private static string? CheckToken(string? token) => token is null || token.All(c => c is > ' ' and < '\u007F')
        ? token
        : throw new LociException("the access token (HF_TOKEN or the token file) holds characters that no token has");
}
