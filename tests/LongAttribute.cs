using Xunit.v3;

namespace Loci.Tests;

/// <summary>
/// A test that takes many seconds: <c>eng/test</c> leaves it out, <c>eng/test --long</c> and CI run it.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LongAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("layer", "long")];
}
