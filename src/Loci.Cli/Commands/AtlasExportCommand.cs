using System.CommandLine;
using Loci.Atlas;
using Spectre.Console;

namespace Loci.Cli.Commands;

/// <summary><c>loci atlas export</c>: the atlas as Parquet, for DuckDB, Polars and pandas.</summary>
internal static class AtlasExportCommand
{
    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var folder = new Option<string>("--out")
        {
            HelpName = "DIR", Description = "The folder the Parquet files are written to.", Required = true,
        };
        var force = Shared.Force();
        var command = new Command("export",
            "Write an atlas as Parquet tables, each to be read alone: cells, triggers, values, …") { atlas, folder,
            force };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetRequiredValue(folder);
            if (File.Exists(path)) throw new LociException($"{path} is a file; --out names a folder.");
            WritingErrors.CheckName(path);
            if (!parsed.GetValue(force) && AtlasExport.Existing(path) is [var first, ..])
                throw new LociException(
                    $"{first} exists. Name another folder, or give --force to replace the tables in it.");
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            await AtlasExport.WriteAsync(file, path, cancel).ConfigureAwait(false);
            foreach (string table in Directory.GetFiles(path, "*.parquet").Order(StringComparer.Ordinal))
                Screen.Results.WriteLine($"{table}  {new FileInfo(table).Length / 1e6:f1} MB");
            return 0;
        });
        return command.WithExamples("loci atlas export constructed.atlas --out tables");
    }
}
