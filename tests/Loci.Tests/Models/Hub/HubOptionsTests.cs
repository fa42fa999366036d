using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

public sealed class HubOptionsTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void The_defaults_are_those_of_other_tools()
    {
        var options = From(("HF_TOKEN", "hf_x")); // so that no real token file is read
        Assert.Equal(new("https://huggingface.co"), options.Endpoint);
        string profile = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(Path.GetFullPath(Path.Combine(profile, ".cache", "huggingface", "hub")), options.CacheFolder);
        Assert.False(options.Offline);
    }

    [Fact]
    public void Variables_move_the_cache()
    {
        Assert.Equal(_home["hub"], From(("HF_HOME", _home.Path)).CacheFolder);
        Assert.Equal(_home["x"], From(("HF_HOME", "/elsewhere"), ("HF_HUB_CACHE", _home["x"])).CacheFolder);
        Assert.Equal(_home["huggingface/hub"], From(("HF_TOKEN", "hf_x"), ("XDG_CACHE_HOME", _home.Path)).CacheFolder);
    }

    [Fact]
    public void The_token_comes_from_a_variable_or_a_file_and_is_never_printed()
    {
        File.WriteAllText(_home["token"], "hf_file\n");
        Assert.Equal("hf_file", From(("HF_HOME", _home.Path)).Token);
        Assert.Equal("hf_variable", From(("HF_HOME", _home.Path), ("HF_TOKEN", " hf_variable ")).Token);
        File.WriteAllText(_home["other"], "hf_other");
        Assert.Equal("hf_other", From(("HF_HOME", _home.Path), ("HF_TOKEN_PATH", _home["other"])).Token);
        Assert.DoesNotContain("hf_file", From(("HF_HOME", _home.Path)).ToString(), StringComparison.Ordinal);
        var error = Assert.Throws<LociException>(() => From(("HF_TOKEN", "se\r\ncret")));
        Assert.DoesNotContain("cret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [
        InlineData("1", true), InlineData("true", true), InlineData("YES", true), InlineData("0", false),
        InlineData("", false),
    ]
    public void Offline_is_a_switch(string value, bool offline) =>
        Assert.Equal(offline, From(("HF_TOKEN", "hf_x"), ("HF_HUB_OFFLINE", value)).Offline);

    [Theory]
    [InlineData("ftp://x"), InlineData("x"), InlineData("file:///x"), InlineData("https://user:word@x")]
    public void The_endpoint_is_an_http_address(string endpoint) =>
        Assert.Throws<LociException>(() => From(("HF_ENDPOINT", endpoint)));

    private static HubOptions From(params (string Name, string Value)[] variables) =>
        HubOptions.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
