using System.Buffers.Binary;
using System.Text;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers.SentencePiece;

/// <summary>
/// Reads SentencePiece's own file (<c>tokenizer.model</c>, <c>spiece.model</c>): a protocol buffer, see
/// <c>sentencepiece_model.proto</c>. A file with a precompiled table of character rules is refused.
/// </summary>
internal static class SentencePieceFile
{
    public static Tokenizer Load(string path) => Parse(
        TokenizerFile.Bytes(path), path,
        TokenizerSidecars.Load(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!).Settings());

    public static Tokenizer Parse(ReadOnlySpan<byte> file, string path, TokenSettings settings)
    {
        FileKind.Refuse(file, path, "a SentencePiece model");
        var pieces = new List<VocabularyPiece>();
        int kind = 1, unknown = 0, begin = 1, end = 2;
        bool prefix = true, drops = true, escapes = true;
        for (var message = new WireReader(file, path, 0); message.Next();)
            switch (message.Field)
            {
                case 1:
                    pieces.Add(Piece(message.Message()));
                    break;
                case 2:
                    for (var trainer = message.Message(); trainer.Next();)
                        switch (trainer.Field)
                        {
                            case 3: kind = trainer.Whole(); break;
                            case 40: unknown = trainer.Whole(); break;
                            case 41: begin = trainer.Whole(); break;
                            case 42: end = trainer.Whole(); break;
                            case 24 when trainer.Whole() != 0:
                                throw new UnsupportedException(
                                    $"{path}: spaces behind words (treat_whitespace_as_suffix) are not implemented.");
                        }
                    break;
                case 3:
                    for (var normalizer = message.Message(); normalizer.Next();)
                        switch (normalizer.Field)
                        {
                            case 2 when normalizer.Bytes().Length > 0:
                                throw new UnsupportedException(
                                    $"{path}: its table of character rules (precompiled_charsmap) is not implemented; "
                                    + "write a tokenizer.json without one beside it.");
                            case 3: prefix = normalizer.Whole() != 0; break;
                            case 4: drops = normalizer.Whole() != 0; break;
                            case 5: escapes = normalizer.Whole() != 0; break;
                        }
                    break;
            }
        if (pieces.Count == 0) throw new InvalidFileException(path, "holds no pieces");
        if (kind is not (1 or 2) || !escapes)
            throw new UnsupportedException(
                $"{path}: {(escapes ? $"the kind {kind} of model" : "spaces without escape")} is not implemented; "
                + "unigram (1) and BPE (2) with escaped spaces are.");
        int? first = begin >= 0 ? begin : null;
        return new SentencePieces
        {
            Path = path, Pieces = pieces, Unigram = kind == 1, AddsSpace = prefix, DropsExtraSpaces = drops,
            Unknown = unknown >= 0 ? unknown : null, Settings = settings,
            Marks = new(first, end >= 0 ? end : null, (settings.AddsBegin ?? kind == 2) && first is not null),
        }.Build();
    }

    private static VocabularyPiece Piece(WireReader message)
    {
        string text = "";
        float score = 0;
        var use = PieceUse.Normal;
        while (message.Next())
            switch (message.Field)
            {
                case 1:
                    text = message.Text();
                    break;
                case 2:
                    score = message.Float();
                    break;
                case 3:
                    use = (PieceUse)message.Whole();
                    if (!Enum.IsDefined(use)) throw message.Invalid($"a piece of the type {(int)use}");
                    break;
            }
        return new(text, score, use);
    }

    /// <summary>Walks the fields of a protocol buffer's message, in order.</summary>
    private ref struct WireReader(ReadOnlySpan<byte> message, string path, long start)
    {
        private readonly ReadOnlySpan<byte> message = message;
        private int at;
        private int wire;
        private ulong number;
        private int from;

        /// <summary>The number of the present field.</summary>
        public int Field { get; private set; }

        public bool Next()
        {
            if (at >= message.Length) return false;
            ulong tag = Varint();
            wire = (int)(tag & 7);
            if (tag >> 3 is 0 or > int.MaxValue) throw Invalid("a field without a number");
            Field = (int)(tag >> 3);
            number = 0;
            ulong length = wire switch { 0 => 0, 1 => 8, 5 => 4, 2 => Varint(), _ => throw Invalid("a wire type") };
            from = at;
            if (wire == 0) number = Varint();
            else if (length > (ulong)(message.Length - at)) throw Invalid("a field beyond the end");
            else at += (int)length;
            return true;
        }

        public readonly int Whole() => wire == 0 ? unchecked((int)number) : throw Invalid("no whole number");

        public readonly float Float() =>
            wire == 5 ? BinaryPrimitives.ReadSingleLittleEndian(message[from..]) : throw Invalid("no float");

        public readonly ReadOnlySpan<byte> Bytes() => wire == 2 ? message[from..at] : throw Invalid("no bytes");

        public readonly WireReader Message() => new(Bytes(), path, start + from);

        public readonly string Text()
        {
            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes());
            }
            catch (DecoderFallbackException)
            {
                throw Invalid("text that is not UTF-8");
            }
        }

        public readonly InvalidFileException Invalid(string what) =>
            new(path, $"is no SentencePiece model: {what} in field {Field}", start + at);

        private ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                if (at >= message.Length) throw Invalid("a number cut short");
                byte next = message[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80) return value;
            }
            throw Invalid("a number of more than ten bytes");
        }
    }
}
