using System.Diagnostics;
using System.Reflection;
using Loci.Memory.Numerics;

namespace Paint.Tests;

public class ConfigurationTests
{
    /// <summary>
    /// A solution that does not list a library would build it in the library's own configuration, for debugging, which
    /// is ten times slower.
    /// </summary>
    [Fact]
    public void TheLibraryIsBuiltAsTheTestsAre() => Assert.Equal(
        IsOptimized(typeof(ConfigurationTests).Assembly), IsOptimized(typeof(MatrixProduct).Assembly));

    private static bool IsOptimized(Assembly assembly) =>
        assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
}
