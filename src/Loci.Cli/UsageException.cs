namespace Loci.Cli;

/// <summary>The command was typed wrongly in a way the parser cannot see; ends with exit code 2.</summary>
internal sealed class UsageException(string message) : LociException(message);
