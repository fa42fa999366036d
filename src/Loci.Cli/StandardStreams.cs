using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Loci.Cli;

/// <summary>
/// Standard output and error as they may come: closed by whoever started the tool, or by a reader that had enough.
/// Neither ends a command, whose result is often a file; a full disk under standard output does.
/// </summary>
internal static class StandardStreams
{
    private const int Standard = 3; // input, output, error

    private static readonly List<SafeFileHandle> s_held = [];

    /// <summary>To be called before anything is opened or written.</summary>
    public static void Guard()
    {
        if (!OperatingSystem.IsWindows()) FillClosed();
        Console.OutputEncoding = Encoding.UTF8;
        Console.SetOut(new Forgiving(Console.Out, isError: false));
        Console.SetError(new Forgiving(Console.Error, isError: true));
    }

    // The next file to be opened would take the number of a closed stream, and get the text that is meant for it.
    private static void FillClosed()
    {
        for (int i = 0; i < Standard; i++)
        {
            var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (handle.DangerousGetHandle() >= Standard)
            {
                handle.Dispose();
                return;
            }
            s_held.Add(handle);
        }
    }

    private sealed class Forgiving(TextWriter inner, bool isError) : TextWriter
    {
        private const int BrokenPipe = 32;

        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Try(() => inner.Write(value));

        public override void Write(string? value) => Try(() => inner.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

        public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

        public override void Flush() => Try(inner.Flush);

        private void Try(Action write)
        {
            try
            {
                write();
            }
            catch (UnauthorizedAccessException)
            {
                // Closed: so .NET says that the number stands for no file.
            }
            catch (IOException e) when (isError || e.HResult == BrokenPipe)
            {
                // Nobody is there to be told.
            }
        }
    }
}
