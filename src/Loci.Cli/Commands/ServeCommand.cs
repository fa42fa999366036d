using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Loci.Server;

namespace Loci.Cli.Commands;

/// <summary><c>loci serve</c>: the workbench, in the browser.</summary>
internal static class ServeCommand
{
    private const int UsualPort = 4747;

    public static Command Create()
    {
        var source = WorkbenchSource.Argument();
        var options = new WorkbenchSource.Options();
        var port = Shared.Count(
            "--port", "Port to listen at; 0 for a free one.", least: 0, fallback: UsualPort, most: 65_535);
        var listen = new Option<string?>("--listen")
        {
            HelpName = "ADDRESS",
            Description = "Listen at this address, for other machines; needs --token. Default: this machine alone.",
        };
        var token = new Option<string?>("--token")
        {
            HelpName = "TEXT",
            Description = "What everyone has to know who asks. Default: nothing, on this machine alone.",
        };
        var noBrowser = new Option<bool>("--no-browser") { Description = "Do not open a browser." };
        var threads = Shared.Threads();
        var command = new Command("serve", "See a memory, switch it, edit it, in the browser.")
        {
            source, options.Model, options.Atlas, options.Corpus, options.Field, options.Compare, port, listen, token,
            noBrowser, options.Journal, options.AgentsMayWrite, threads,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var (address, secret) = (Address(parsed.GetValue(listen)), Secret(parsed.GetValue(token)));
            if (!IPAddress.IsLoopback(address) && secret is null)
                throw new UsageException(
                    $"Whoever reaches {address} could use this workbench: give --token TEXT, too.");
            var opened = WorkbenchSource.Open(parsed, source, options, parsed.GetValue(threads), cancel);
            await using var server = await WorkbenchServer.Start(
                opened with { Address = address, Port = parsed.GetValue(port), Token = secret }, cancel);
            string page = $"{server.Address}{(secret is null ? "" : $"?token={Uri.EscapeDataString(secret)}")}";
            Console.Out.WriteLine(page);
            Console.Out.Flush();
            Console.Error.WriteLine("The workbench is open there. Ctrl-C closes it.");
            if (!parsed.GetValue(noBrowser) && !Console.IsOutputRedirected) OpenBrowser(page);
            await server.Run(cancel);
            return 0;
        });
        return command.WithExamples(
            "loci serve demo", "loci serve model.atlas --model ./model",
            "loci serve EleutherAI/pythia-160m --corpus wiki/*.txt --port 0 --no-browser");
    }

    private static IPAddress Address(string? text) => text is null ? IPAddress.Loopback
        : text == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new UsageException(
            $"«{text}» in --listen is not an address; give one such as 192.168.0.7, or 0.0.0.0 for all of them.");

    private static string? Secret(string? text) => text is null or { Length: >= 8 } ? text
        : throw new UsageException("The token of --token has fewer than 8 characters; give a longer one.");

    private static void OpenBrowser(string page)
    {
        try
        {
            using var _ = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            // The address stands on the terminal.
        }
    }
}
