namespace Loci.Terminal;

/// <summary>The command was typed wrongly in a way the parser cannot see; ends with exit code 2.</summary>
public sealed class UsageException(string message) : LociException(message);
