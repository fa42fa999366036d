using System.Text;

namespace Loci.Text.Reading;

/// <summary>
/// Documents of a plain text file: lines are gathered in the window until a boundary, so a document is decoded once
/// and copied never. A document that outgrows the limit is handed out in pieces, without ever being held whole.
/// </summary>
internal sealed class PlainTextReader(string path, CorpusOptions options, CorpusStatistics statistics, long? from)
    : DocumentReader(path, options, statistics, from)
{
    private readonly int _limit = options.MaxDocumentBytes;
    private readonly DocumentBoundary _boundary = options.Boundary;
    private readonly byte[]? _separator = options.Separator is { Length: > 0 } line
        ? Encoding.UTF8.GetBytes(line.Trim())
        : null;
    private bool _inCutDocument;

    protected override bool TryRead(out ReadOnlySpan<byte> document)
    {
        int line = 0;      // start of the current line in the window
        int searched = 0;  // no line end before this
        int end = 0;       // end of the document so far; 0 while it has no line
        while (true)
        {
            var unread = Window.Unread;
            int found = unread[searched..].IndexOf((byte)'\n');
            if (found < 0 && unread.Length <= _limit && !Window.Ended)
            {
                searched = unread.Length;
                Window.Extend();
                continue;
            }

            // A line that is too long and still without end, whatever it holds.
            if (found < 0 && !Window.Ended) return Cut(unread, out document);
            int lineEnd = found >= 0 ? searched + found : unread.Length;
            int next = found >= 0 ? lineEnd + 1 : lineEnd;
            var trimmed = unread[line..lineEnd].Trim(" \t\r\f\v"u8);
            bool separates = _separator is not null && trimmed.SequenceEqual(_separator);
            bool blank = trimmed.IsEmpty;
            bool ends = separates || _boundary switch
            {
                DocumentBoundary.BlankLine => blank,
                DocumentBoundary.Line => true,
                _ => false,
            };
            bool content = !blank && !separates;
            if (lineEnd > _limit && (content || !ends)) return Cut(unread, out document);
            if (content) end = unread[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
            if ((ends || next == unread.Length && Window.Ended) && end > 0)
            {
                document = unread[..end];
                Window.Skip(next);
                _inCutDocument = false;
                return true;
            }

            if (end == 0)
            {
                // Nothing yet: blank lines before a document are not part of it.
                Window.Skip(next);
                next = 0;
                if (ends) _inCutDocument = false;
                if (Window.Unread.IsEmpty && !Window.Extend())
                {
                    document = default;
                    return false;
                }
            }

            line = searched = next;
        }
    }

    private bool Cut(ReadOnlySpan<byte> unread, out ReadOnlySpan<byte> piece)
    {
        int length = Utf8Text.CutPosition(unread, _limit);
        piece = unread[..length];
        Window.Skip(length);
        if (!_inCutDocument) CountCutDocument();
        _inCutDocument = true;
        return true;
    }
}
