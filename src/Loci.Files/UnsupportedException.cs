namespace Loci;

/// <summary>A well-formed file asks for something Loci does not implement exactly, and so refuses by name.</summary>
public sealed class UnsupportedException : LociException
{
    /// <summary>Creates the error.</summary>
    public UnsupportedException(string message) : base(message) { }
}
