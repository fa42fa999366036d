namespace Loci;

/// <summary>A name that a person typed means nothing here: a token, a cell, a layer.</summary>
public sealed class NameException(string message) : LociException(message);
