using Loci.Cluster.Ledgers;
using Microsoft.Extensions.Logging;

namespace Loci.Cluster.Jobs;

/// <summary>What a job writes to the log; the names of the values are those of the structured form.</summary>
internal static partial class JobLog
{
    [LoggerMessage(1, LogLevel.Information, "job {Job}: {Blocks} blocks, to {Output}")]
    public static partial void Submitted(this ILogger log, string job, int blocks, string output);

    [LoggerMessage(2, LogLevel.Information, "job {Job}: generation {Generation}, {Done} of {Blocks} blocks are done")]
    public static partial void Opened(this ILogger log, string job, int generation, int done, int blocks);

    [LoggerMessage(3, LogLevel.Debug, "{Reception}: blocks {First} to {End} from {Worker}, {Seconds:f1} s")]
    public static partial void Received(
        this ILogger log, Reception reception, int first, int end, string worker, double seconds);

    [LoggerMessage(4, LogLevel.Warning, "the result of blocks {First} to {End} is discarded: {Reason}")]
    public static partial void Discarded(this ILogger log, int first, int end, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{Worker} failed at {Range}: {Reason}")]
    public static partial void Failed(this ILogger log, string worker, string range, string reason);

    [LoggerMessage(6, LogLevel.Warning, "{Worker} is refused by job {Job}: {Reason}")]
    public static partial void Refused(this ILogger log, string worker, string job, string reason);

    [LoggerMessage(7, LogLevel.Information, "job {Job}: {Stage} {Error}")]
    public static partial void Closed(this ILogger log, string job, JobStage stage, string? error);

    [LoggerMessage(8, LogLevel.Warning, "job {Job}: another silo has it: {Reason}")]
    public static partial void Superseded(this ILogger log, string job, string reason);

    [LoggerMessage(9, LogLevel.Warning, "job {Job}: the ledger was not written: {Reason}")]
    public static partial void NotWritten(this ILogger log, string job, string reason);

    [LoggerMessage(10, LogLevel.Warning, "{Worker} cannot reach the cluster: {Reason}")]
    public static partial void Unreachable(this ILogger log, string worker, string reason);
}
