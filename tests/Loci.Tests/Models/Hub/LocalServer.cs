using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Loci.Tests.Models.Hub;

/// <summary>What a client asked.</summary>
internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>What to answer.</summary>
internal sealed record Answer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>Break the connection after so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Say nothing more after the bytes of <see cref="CutAfter"/>, but keep the connection.</summary>
    public bool Stall { get; init; }

    /// <summary>Send the body byte by byte, with so long between two.</summary>
    public TimeSpan? Drip { get; init; }

    /// <summary>Leave out Content-Length; the end of the connection ends the body.</summary>
    public bool WithoutLength { get; init; }
}

/// <summary>
/// The least HTTP server: one answer a connection, and connections that break in the middle on request.
/// </summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Asked, Answer> _answer;

    public LocalServer(Func<Asked, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<Asked> Log { get; } = [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
                string[] first = (await reader.ReadLineAsync(_stop.Token))!.Split(' ');
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                    headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] =
                        line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                var asked = new Asked(first[0], first[1], headers);
                Log.Enqueue(asked);
                var answer = _answer(asked);
                var head = new StringBuilder($"HTTP/1.1 {answer.Status} Some Reason\r\nConnection: close\r\n");
                if (!answer.WithoutLength) head.Append($"Content-Length: {answer.Body.Length}\r\n");
                foreach (var (name, value) in answer.Headers) head.Append($"{name}: {value}\r\n");
                await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
                if (answer.Drip is { } pause && asked.Method != "HEAD")
                    foreach (byte value in answer.Body)
                    {
                        await stream.WriteAsync(new[] { value }, _stop.Token);
                        await Task.Delay(pause, _stop.Token);
                    }
                else if (asked.Method != "HEAD")
                    await stream.WriteAsync(
                        answer.Body.AsMemory(0, answer.CutAfter ?? answer.Body.Length), _stop.Token);
                if (answer.Stall) await Task.Delay(Timeout.Infinite, _stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }
}
