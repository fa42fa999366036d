using Loci.Checkpoints;

namespace Loci.Fuzz.Targets;

/// <summary>A whole file of torch.save: every tensor of an accepted one can be read.</summary>
internal static class TorchTarget
{
    private const int MostNumbers = 1 << 16;

    public static Target Zip { get; } = new("torch", Convert.FromBase64String(ZipSeed), Read);

    public static Target Legacy { get; } = new("torch-legacy", Convert.FromBase64String(LegacySeed), Read);

    // torch.save({"a": t.t(), "b": t[0]}, …) of t = torch.ones(2, 3), in both layouts, by PyTorch 1.13.
    private const string ZipSeed =
        "UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAQABIAYXJjaGl2ZS9kYXRhLnBrbEZCDgBaWlpaWlpaWlpaWlpaWoACfXEAKFgBAAAAYXEB"
        + "Y3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIKcQIoKFgHAAAAc3RvcmFnZXEDY3RvcmNoCkZsb2F0U3RvcmFnZQpxBFgBAAAA"
        + "MHEFWAMAAABjcHVxBksGdHEHUUsASwNLAoZxCEsBSwOGcQmJY2NvbGxlY3Rpb25zCk9yZGVyZWREaWN0CnEKKVJxC3RxDFJxDVgBAAAA"
        + "YnEOaAIoKGgDaARoBWgGSwZ0cQ9RSwBLA4VxEEsBhXERiWgKKVJxEnRxE1JxFHUuUEsHCMe2B0LaAAAA2gAAAFBLAwQAAAgIAAAAAAAA"
        + "AAAAAAAAAAAAAAAADgAqAGFyY2hpdmUvZGF0YS8wRkImAFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaAACAPwAA"
        + "gD8AAIA/AACAPwAAgD8AAIA/UEsHCCUS3SkYAAAAGAAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAADwArAGFyY2hpdmUvdmVyc2lv"
        + "bkZCJwBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlozClBLBwjRnmdVAgAAAAIAAABQSwECAAAAAAgIAAAAAAAA"
        + "x7YHQtoAAADaAAAAEAAAAAAAAAAAAAAAAAAAAAAAYXJjaGl2ZS9kYXRhLnBrbFBLAQIAAAAACAgAAAAAAAAlEt0pGAAAABgAAAAOAAAA"
        + "AAAAAAAAAAAAACoBAABhcmNoaXZlL2RhdGEvMFBLAQIAAAAACAgAAAAAAADRnmdVAgAAAAIAAAAPAAAAAAAAAAAAAAAAAKgBAABhcmNo"
        + "aXZlL3ZlcnNpb25QSwYGLAAAAAAAAAAeAy0AAAAAAAAAAAADAAAAAAAAAAMAAAAAAAAAtwAAAAAAAAASAgAAAAAAAFBLBgcAAAAAyQIA"
        + "AAAAAAABAAAAUEsFBgAAAAADAAMAtwAAABICAAAAAA==";

    private const string LegacySeed =
        "gAKKCmz8nEb5IGqoUBkugAJN6QMugAJ9cQAoWBAAAABwcm90b2NvbF92ZXJzaW9ucQFN6QNYDQAAAGxpdHRsZV9lbmRpYW5xAohYCgAA"
        + "AHR5cGVfc2l6ZXNxA31xBChYBQAAAHNob3J0cQVLAlgDAAAAaW50cQZLBFgEAAAAbG9uZ3EHSwR1dS6AAn1xAChYAQAAAGFxAWN0b3Jj"
        + "aC5fdXRpbHMKX3JlYnVpbGRfdGVuc29yX3YyCnECKChYBwAAAHN0b3JhZ2VxA2N0b3JjaApGbG9hdFN0b3JhZ2UKcQRYCAAAADQ3ODQy"
        + "NDQ4cQVYAwAAAGNwdXEGSwZOdHEHUUsASwNLAoZxCEsBSwOGcQmJY2NvbGxlY3Rpb25zCk9yZGVyZWREaWN0CnEKKVJxC3RxDFJxDVgB"
        + "AAAAYnEOaAIoKGgDaARYCAAAADQ3ODQyNDQ4cQ9oBksGTnRxEFFLAEsDhXERSwGFcRKJaAopUnETdHEUUnEVdS6AAl1xAFgIAAAANDc4"
        + "NDI0NDhxAWEuBgAAAAAAAAAAAIA/AACAPwAAgD8AAIA/AACAPwAAgD8=";

    private static void Read(byte[] input)
    {
        string path = Path.Combine(Path.GetTempPath(), $"loci-fuzz-{Environment.ProcessId}.pt");
        File.WriteAllBytes(path, input);
        using var file = TorchFile.Open(path);
        foreach (var tensor in file.Tensors.Values)
            if (tensor.Type == TensorType.Float32 && tensor.Count < MostNumbers)
                Target.Require(
                    file.OpenTensor(tensor.Name).ReadFloats().Length == tensor.Count, "a tensor has its numbers");
    }
}
