using System.Text;

namespace Loci.Terminal;

/// <summary>
/// Makes what passes visible: see <see cref="VisibleText"/>. Half a character waits for its other half.
/// </summary>
internal sealed class VisibleWriter(TextWriter inner) : TextWriter
{
    private char? _high;

    public override Encoding Encoding => inner.Encoding;

    public override IFormatProvider FormatProvider => inner.FormatProvider;

    [System.Diagnostics.CodeAnalysis.AllowNull]
    public override string NewLine
    {
        get => inner.NewLine;
        set => inner.NewLine = value;
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.IsEmpty) return;
        string text = _high is { } high ? $"{high}{buffer}" : buffer.ToString();
        _high = char.IsHighSurrogate(text[^1]) ? text[^1] : null;
        if (_high is not null) text = text[..^1];
        inner.Write(VisibleText.Of(text.Replace("\r\n", "\n", StringComparison.Ordinal)));
    }

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value)
    {
        Write(value);
        inner.WriteLine();
    }

    public override void Flush() => inner.Flush();
}
