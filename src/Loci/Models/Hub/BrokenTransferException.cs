namespace Loci.Models.Hub;

/// <summary>A transfer that may succeed when tried again: a lost connection, a stall, a busy server.</summary>
internal sealed class BrokenTransferException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
