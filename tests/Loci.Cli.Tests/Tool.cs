using System.Diagnostics;
using Loci.Tests;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // the console is one for the process

namespace Loci.Cli.Tests;

/// <summary>How a command ended and what it said.</summary>
internal sealed record Outcome(int Code, string Out, string Error);

/// <summary>Runs the command line as a user would.</summary>
internal static class Tool
{
    /// <summary>In this process, its console redirected.</summary>
    public static Outcome Run(params string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var capturedOut = new StringWriter { NewLine = "\n" };
        using var capturedError = new StringWriter { NewLine = "\n" };
        Console.SetOut(capturedOut);
        Console.SetError(capturedError);
        try
        {
            int code = LociCommand.Run(args);
            return new(code, capturedOut.ToString(), capturedError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>As a process of its own, its output redirected.</summary>
    public static Process Start(string folder, string[] args, params (string Name, string Value)[] environment) =>
        Start(folder, Executable, args, environment);

    public static Process Start(
        string folder, string program, string[] args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end of a process and takes what it said.</summary>
    public static Outcome End(Process process)
    {
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new(process.ExitCode, output, error.Result);
        }
    }

    public static string Executable { get; } =
        Path.Combine(AppContext.BaseDirectory, "Loci.Cli" + (OperatingSystem.IsWindows() ? ".exe" : ""));
}

/// <summary>A small atlas of the constructed model, built once.</summary>
public sealed class BuiltAtlas : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BuiltAtlas()
    {
        Text = _folder["own.txt"];
        File.WriteAllLines(Text, Loci.Models.Constructed.ConstructedLanguage.Sentences(1).Take(500));
        Path = _folder["own.atlas"];
        Built = Tool.Run("atlas", "build", "constructed", "--corpus", Text, "--out", Path, "--top", "7");
    }

    internal Outcome Built { get; }

    public string Path { get; }

    public string Text { get; }

    public void Dispose() => _folder.Dispose();
}
