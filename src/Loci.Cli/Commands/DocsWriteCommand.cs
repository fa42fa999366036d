using System.CommandLine;
using Loci.Views;
using Loci.Worlds.Documentation;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci docs write</c>: the documentation of the .NET libraries as a text, and what each line is about.
/// </summary>
internal static class DocsWriteCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out")
        {
            HelpName = "FILE", Description = "The text: a passage a line, a blank line after each type.",
            Required = true,
        };
        var heldOut = new Option<string?>("--held-out")
        {
            HelpName = "FILE", Description =
                "Where the types and assemblies go that demo-docs did not learn from; without it they stay.",
        };
        var truth = new Option<string?>("--truth")
        {
            HelpName = "FILE", Description =
                "The truth: a line of JSON for every passage, with its namespace, type and member.",
        };
        var xml = new Option<string[]>("--xml")
        {
            HelpName = "PATH", AllowMultipleArgumentsPerToken = true, Description =
                "In place of the SDK's: documentation files, or folders of packages, where those beside a .dll are "
                + "taken.",
        };
        var sdk = new Option<string?>("--sdk")
        {
            HelpName = "FOLDER", Description =
                "The SDK: the folder that holds dotnet and packs. Default: the one that runs, or is on the path.",
        };
        var force = Shared.Force();
        var json = Shared.Json();
        var command = new Command("write",
            "Write the documentation of the .NET libraries as a text whose topics, the namespaces, are known.")
            { file, heldOut, truth, xml, sdk, force, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string?[] paths = [parsed.GetRequiredValue(file), parsed.GetValue(heldOut), parsed.GetValue(truth)];
            foreach (string path in paths.OfType<string>()) Shared.CheckNew(path, parsed.GetValue(force));
            if (paths.OfType<string>().Select(Path.GetFullPath).Distinct().Count() < paths.Count(path => path != null))
                throw new UsageException("--out, --held-out and --truth name the same file.");
            string[] named = parsed.GetValue(xml) ?? [];
            if (named.Length > 0 && parsed.GetValue(sdk) is not null)
                throw new UsageException("--sdk and --xml each say what to read; give one of them.");
            var found = named.Length > 0 ? null : Sdk(parsed.GetValue(sdk));
            var text = DocumentationText.Read(found?.Files ?? DocumentationPaths.Expand(named), cancel);
            var written = Write(text, found, paths[0]!, paths[1], paths[2], cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(written);
            else Say(written, paths[0]!, paths[1]);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci docs write --out docs.txt",
            "loci docs write --out docs.txt --held-out docs.held-out.txt --truth docs.jsonl",
            "loci docs write --out parquet.txt --xml ~/.nuget/packages/parquet.net");
    }

    private static SdkDocumentation Sdk(string? folder) => folder is null
        ? SdkDocumentation.Find() ?? throw new LociException(
            "No .NET SDK with the documentation of its libraries was found: its folder holds packs/"
            + "Microsoft.NETCore.App.Ref. Install the .NET SDK, name its folder with --sdk FOLDER, or name files "
            + "with --xml FILE….")
        : SdkDocumentation.In(folder) ?? throw new LociException(
            $"{folder} holds no documentation of an SDK: there is no packs/Microsoft.NETCore.App.Ref/VERSION/ref/… "
            + $"with "
            + "XML files in it.");

    private static DocumentationTextView Write(
        DocumentationText text, SdkDocumentation? sdk, string path, string? heldOutPath, string? truthPath,
        CancellationToken cancel)
    {
        using var file = new LineFile(path);
        using var heldOutFile = heldOutPath is null ? null : new LineFile(heldOutPath);
        using var truthFile = truthPath is null ? null : new AtomicFile(truthPath);
        long passages = 0, heldOut = 0;
        foreach (var document in text.Documents)
        {
            cancel.ThrowIfCancellationRequested();
            bool held = heldOutFile is not null && HeldOutDocumentation.Demo.Holds(document[0].Subject);
            (held ? heldOutFile! : file).Write(document.Select(passage => passage.Text));
            passages += document.Count;
            if (held) heldOut += document.Count;
            if (truthFile is null) continue;
            foreach (var passage in document)
            {
                truthFile.Stream.Write(ViewJson.WriteLine(DocumentationPassageView.Of(passage, held)));
                truthFile.Stream.WriteByte((byte)'\n');
            }
        }
        file.Commit();
        heldOutFile?.Commit();
        truthFile?.Commit();
        return new(
            sdk?.Version, text.Files, text.Documents.Count, passages, heldOut, text.Dropped,
            text.Passages.Sum(passage => (long)passage.Text.Length),
            text.Passages.Select(passage => passage.Subject.Namespace).Distinct().Count(), text.Sha256,
            text.Sha256 == DemoDocumentation.Sha256);
    }

    private static void Say(DocumentationTextView written, string path, string? heldOutPath)
    {
        string source = written.Sdk is { } version ? $"the .NET SDK's libraries {version}" : "the files named";
        Console.Out.WriteLine(
            $"{path}: documentation of {source}: {written.Passages:N0} passages about {written.Types:N0} types of "
            + $"{written.Namespaces:N0} namespaces, {written.Characters:N0} characters, from {written.Files:N0} files; "
            + $"{written.Duplicates:N0} that say the same as one before are left out.");
        if (heldOutPath is not null)
            Console.Out.WriteLine(
                $"{heldOutPath}: {written.HeldOut:N0} of the passages, which demo-docs did not learn.");
        Console.Out.WriteLine($"SHA-256 of the text: {written.Sha256}");
        if (written.Sdk is not null)
            Console.Out.WriteLine(
                written.IsDemos
                    ? "It is the text that demo-docs was trained on."
                    : "It is not the text that demo-docs was trained on, which is that of "
                    + $"{DemoDocumentation.Version}.");
    }

    // A text that appears whole: documents one after another, a blank line between them.
    private sealed class LineFile(string path) : IDisposable
    {
        private readonly AtomicFile _file = new(path);
        private StreamWriter? _text;

        public void Write(IEnumerable<string> lines)
        {
            if (_text is null) _text = new(_file.Stream, leaveOpen: true) { NewLine = "\n" };
            else _text.WriteLine();
            foreach (string line in lines) _text.WriteLine(line);
        }

        public void Commit()
        {
            _text?.Dispose();
            _file.Commit();
        }

        public void Dispose() => _file.Dispose();
    }
}
