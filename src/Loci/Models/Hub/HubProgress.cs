namespace Loci.Models.Hub;

/// <summary>How far the download of one file is.</summary>
/// <param name="File">Its name.</param>
/// <param name="BytesDone">Bytes on disk, those of an earlier, broken transfer included.</param>
/// <param name="BytesTotal">Bytes in all, where the hub announces them.</param>
public readonly record struct HubProgress(string File, long BytesDone, long? BytesTotal);
