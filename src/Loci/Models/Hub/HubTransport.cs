using System.Net;
using System.Net.Http.Headers;

namespace Loci.Models.Hub;

/// <summary>
/// HTTP as the hub needs it. Redirects are followed by hand, so that the token goes to the hub's own scheme, host and
/// port, and to no one after the first step away from them.
/// </summary>
internal sealed class HubTransport : IDisposable
{
    private const int MaxRedirects = 10;

    private readonly HubOptions _options;
    private readonly HttpClient _http;

    public HubTransport(HubOptions options)
    {
        _options = options;
        // The handler is the client's to dispose.
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.StallTimeout,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request and follows redirects.</summary>
    /// <param name="method">
    /// GET or HEAD. HEAD stops at the first redirect away from the hub, which has said all by then.
    /// </param>
    /// <param name="address">An address of the hub.</param>
    /// <param name="from">Ask for the bytes from here on; 0 for all.</param>
    /// <param name="hubSaid">Receives the headers of every answer of the hub itself.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, long from, Action<HttpResponseMessage>? hubSaid, CancellationToken cancellation)
    {
        bool atHub = IsHub(address);
        for (int redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(method, address, from, atHub, cancellation).ConfigureAwait(false);
            if (atHub) hubSaid?.Invoke(response);
            if (!IsRedirect(response.StatusCode)) return response;
            var next = Follow(address, response);
            if (method == HttpMethod.Head && !IsHub(next)) return response;
            response.Dispose();
            if (redirects == MaxRedirects)
                throw new LociException($"{Show(address)}: redirects more than {MaxRedirects} times");
            atHub &= IsHub(next);
            address = next;
        }
    }

    /// <summary>Reads from an answer; 0 at its end. A stall is a broken transfer.</summary>
    public async Task<int> ReadAsync(Stream body, Memory<byte> buffer, string address, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.StallTimeout);
        try
        {
            return await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new BrokenTransferException($"{address}: the connection broke: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException(
                $"{address}: nothing arrived for {_options.StallTimeout.TotalSeconds} s", e);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>An address without its query, which may hold a signature.</summary>
    public static string Show(Uri address) => address.GetLeftPart(UriPartial.Path);

    public bool IsHub(Uri address) =>
        Uri.Compare(
            address, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped,
            StringComparison.OrdinalIgnoreCase) == 0;

    public static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, Uri address, long from, bool atHub, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.Add(new("loci", null));
        request.Headers.AcceptEncoding.Add(new("identity")); // sizes and ranges are those of the file itself
        if (from > 0) request.Headers.Range = new(from, null);
        if (atHub && _options.Token is { } token) request.Headers.Authorization = new("Bearer", token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.StallTimeout);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException e)
            when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw new LociException(
                $"{address.Host} cannot be reached: {e.Message}; HF_HUB_OFFLINE=1 uses what is cached", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new BrokenTransferException($"{Show(address)}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException(
                $"{Show(address)}: no answer for {_options.StallTimeout.TotalSeconds} s", e);
        }
        if ((int)response.StatusCode is not (408 or 429 or >= 500)) return response;
        using (response)
            throw new BrokenTransferException($"{Show(address)}: the server answers {(int)response.StatusCode}")
            {
                RetryAfter = RetryAfter(response.Headers.RetryAfter),
            };
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        (header?.Delta ?? header?.Date - DateTimeOffset.UtcNow) is { } wait && wait > TimeSpan.Zero ? wait : null;

    private static Uri Follow(Uri address, HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next)
            || next.Scheme is not ("http" or "https"))
            throw new LociException($"{Show(address)}: redirects to no http address");
        return address.Scheme == "https" && next.Scheme == "http"
            ? throw new LociException($"{Show(address)}: redirects from https to http, to {next.Host}")
            : next;
    }
}
