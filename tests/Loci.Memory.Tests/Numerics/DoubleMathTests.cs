using CsCheck;
using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

public class DoubleMathTests
{
    [Fact]
    public void Agrees_with_the_platform()
    {
        Gen.Double[-600, 600].Sample(x =>
        {
            Assert.Equal(1, DoubleMath.Exp(x) / Math.Exp(x), 1e-15);
            double y = Math.Exp(x);
            Assert.Equal(Math.Log(y), DoubleMath.Log(y), 4e-16 * Math.Max(1, Math.Abs(x)));
        });
        Gen.OneOf(Gen.Double[-4, 4], Gen.Double[-1e6, 1e6], Gen.Double[-2e9, 2e9]).Sample(x =>
        {
            (double sin, double cos) = DoubleMath.SinCos(x);
            Assert.Equal(Math.Sin(x), sin, 5e-16);
            Assert.Equal(Math.Cos(x), cos, 5e-16);
        });
        Assert.Equal(0, DoubleMath.Log(1));
        Assert.Equal((0, 1), DoubleMath.SinCos(0));
    }
}
