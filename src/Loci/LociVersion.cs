namespace Loci;

/// <summary>The version of this library, as files that it writes record it.</summary>
public static class LociVersion
{
    /// <summary>Major, minor and patch, such as <c>0.1.0</c>.</summary>
    public static string Current { get; } = typeof(LociVersion).Assembly.GetName().Version is { } version
        ? version.ToString(3)
        : "0";
}
