using System.Net;
using Loci.Atlas.Building;
using Loci.Editing;
using Loci.Models;

namespace Loci.Server;

/// <summary>What a workbench opens, and where it listens.</summary>
public sealed record WorkbenchOptions
{
    /// <summary>The model; null: an atlas alone.</summary>
    public Model? Model { get; init; }

    /// <summary>How a command line names the model.</summary>
    public string ModelPlace { get; init; } = "";

    /// <summary>The atlas file; null: none.</summary>
    public string? Atlas { get; init; }

    /// <summary>Builds the atlas where there is none yet; null: it must be there.</summary>
    public Action<string, IProgress<BuildProgress>, CancellationToken>? Build { get; init; }

    /// <summary>Opens the text the atlas was built from; null: it is not to be had.</summary>
    public Func<Text.Corpus>? Corpus { get; init; }

    /// <summary>An atlas to compare the first with; null: none.</summary>
    public string? Beside { get; init; }

    /// <summary>File of lists and notes; null: none are kept.</summary>
    public string? Notes { get; init; }

    /// <summary>File of the journal of edits, begun with the first; null: they are kept in memory alone.</summary>
    public string? Journal { get; init; }

    /// <summary>
    /// File of the statistics of keys that edits are solved with, gathered from the corpus where it is not there;
    /// null: methods that need them are refused.
    /// </summary>
    public string? KeyStatistics { get; init; }

    /// <summary>Paraphrases and neighbours of an edit, where they are known; null: those that a person gives.</summary>
    public Func<EditRequest, Compute, EditCase?>? EditCases { get; init; }

    /// <summary>Address to listen at.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port to listen at; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// What whoever asks has to know; null: nothing, which only those on this machine are let in without.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>A prompt to begin with.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What a person should know, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Agents may change things, too.</summary>
    public bool AgentsMayWrite { get; init; }

    /// <summary>Most threads to use.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
