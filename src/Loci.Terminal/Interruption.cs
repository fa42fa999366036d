using System.Runtime.InteropServices;

namespace Loci.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP (the terminal was closed): the first asks the command to end tidily, the second ends the
/// process. The signal of a file that grows beyond its limit is only noted: writing then fails, and says so.
/// </summary>
public sealed class Interruption : IDisposable
{
    private const int FileTooLarge = 25; // SIGXFSZ of Linux and macOS

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Listens from now on.</summary>
    public Interruption() => _signals = [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop),
        .. OperatingSystem.IsWindows() ? (PosixSignalRegistration[])[]
            : [PosixSignalRegistration.Create((PosixSignal)FileTooLarge, context => context.Cancel = true)],
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Listens no more.</summary>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested) return;
        context.Cancel = true;
        if (!Console.IsErrorRedirected) Console.Error.WriteLine();
        Console.Error.WriteLine("Stopping; once more stops at once.");
        _source.Cancel();
    }
}
