namespace Loci;

/// <summary>An error a person can act on: the message says what is wrong, where, and what to do.</summary>
public class LociException : Exception
{
    /// <summary>Creates the error.</summary>
    public LociException(string message, Exception? inner = null) : base(message, inner) { }
}
