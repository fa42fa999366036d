using System.CommandLine;

namespace Loci.Cli.Tests;

public class HelpTests
{
    [Fact]
    public void The_root_command_has_a_description() =>
        Assert.NotEmpty(new RootCommand("Read, test and run the memories of a transformer.").Description!);
}
