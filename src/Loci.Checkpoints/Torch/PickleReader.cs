using System.Buffers.Binary;
using System.Text;

namespace Loci.Checkpoints.Torch;

/// <summary>
/// Reads a pickle of protocol 2 as data. A pickle is a program for a small stack machine; here its containers and
/// numbers are built, and what it would call is only written down (https://docs.python.org/3/library/pickletools.html).
/// The instructions are those that torch.load accepts with <c>weights_only</c>.
/// </summary>
internal ref struct PickleReader
{
    private const int MostValues = 1 << 24; // of a whole pickle; that of a large model has some 100,000

    private static readonly object s_mark = new();

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _path;
    private readonly long _offset; // of the bytes in the file, for messages
    private readonly List<object?> _stack = [];
    private readonly Dictionary<int, object?> _memo = [];
    private int _at, _values;

    private PickleReader(ReadOnlySpan<byte> bytes, string path, long offset)
    {
        _bytes = bytes;
        (_path, _offset) = (path, offset);
    }

    /// <summary>The value of a pickle.</summary>
    /// <param name="bytes">Bytes that begin with it.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="offset">Where the bytes lie in it.</param>
    /// <param name="length">Receives how many bytes the pickle takes.</param>
    /// <exception cref="InvalidFileException">The bytes are no pickle.</exception>
    /// <exception cref="UnsupportedException">An instruction or a global is not one of a checkpoint's.</exception>
    public static object? Read(ReadOnlySpan<byte> bytes, string path, long offset, out int length)
    {
        var reader = new PickleReader(bytes, path, offset);
        object? value = reader.Run();
        length = reader._at;
        return value;
    }

    private object? Run()
    {
        while (true)
        {
            byte instruction = Byte();
            switch (instruction)
            {
                case 0x80: // PROTO
                    if (Byte() is var protocol && protocol > 3)
                        throw new UnsupportedException($"{_path}: is a pickle of protocol {protocol}; torch writes 2.");
                    break;
                case (byte)'.':
                    object? result = Pop();
                    return _stack.Count == 0 ? result : throw Invalid("ends with values left over");
                case (byte)'c':
                    Push(Global(Line(), Line()));
                    break;
                case (byte)'(':
                    Push(s_mark);
                    break;
                case (byte)')' or (byte)']' or 0x8F: // EMPTY_TUPLE, EMPTY_LIST, EMPTY_SET
                    Push(new PickleList([]));
                    break;
                case (byte)'}':
                    Push(new PickleDict([]));
                    break;
                case (byte)'t':
                    Push(new PickleList(SinceMark()));
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                    Push(new PickleList(Last(instruction - 0x84)));
                    break;
                case (byte)'a':
                    var appended = Last(1);
                    Top<PickleList>("a list").Items.AddRange(appended);
                    break;
                case (byte)'e':
                    var items = SinceMark();
                    Top<PickleList>("a list").Items.AddRange(items);
                    break;
                case (byte)'s':
                    SetItems(Last(2));
                    break;
                case (byte)'u':
                    SetItems(SinceMark());
                    break;
                case (byte)'N':
                    Push(null);
                    break;
                case 0x88 or 0x89:
                    Push(instruction == 0x88);
                    break;
                case (byte)'J':
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case (byte)'K':
                    Push((long)Byte());
                    break;
                case (byte)'M':
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 0x8A:
                    Push(Long(Take(Byte())));
                    break;
                case (byte)'G':
                    Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case (byte)'X':
                    Push(Text(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))));
                    break;
                case (byte)'U':
                    Push(Encoding.Latin1.GetString(Take(Byte())));
                    break;
                case (byte)'h':
                    Push(Recall(Byte()));
                    break;
                case (byte)'j':
                    Push(Recall(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                    break;
                case (byte)'q':
                    _memo[Byte()] = Peek();
                    break;
                case (byte)'r':
                    _memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = Peek();
                    break;
                case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                    Call();
                    break;
                case (byte)'b':
                    object? state = Pop();
                    if (Peek() is PickleObject target) target.State = state;
                    else if (Peek() is not PickleDict) throw Invalid("sets the state of something that has none");
                    break;
                case (byte)'Q':
                    Push(new PickleReference(Pop()));
                    break;
                default:
                    throw new UnsupportedException(
                        $"{_path} (at byte {_offset + _at - 1}): the pickle instruction 0x{instruction:X2} is none of "
                        + "those that a checkpoint is written with.");
            }
        }
    }

    private void Call()
    {
        var arguments = Pop() as PickleList ?? throw Invalid("calls something without a list of arguments");
        var global = Pop() as PickleGlobal ?? throw Invalid("calls something that is no global");
        // An ordered dictionary is filled by the instructions behind it; a copy holds pairs.
        if (global.FullName == PickleGlobals.OrderedDict)
        {
            var dict = new PickleDict([]);
            Push(dict);
            if (arguments.Items is [PickleList pairs])
                foreach (object? pair in pairs.Items)
                    if (pair is PickleList { Items: [var key, var value] }) dict.Pairs.Add(new(key, value));
                    else throw Invalid("makes an ordered dictionary of something that is no pair");
            else if (arguments.Items.Count > 0) throw Invalid("makes an ordered dictionary of something unknown");
        }
        else Push(new PickleObject(global, arguments));
    }

    private void SetItems(List<object?> items)
    {
        if (items.Count % 2 != 0) throw Invalid("sets a key without a value");
        // A dictionary of a class of its own is data that nobody asks for.
        var dict = Peek() is PickleObject { State: null or PickleDict } made
            ? (PickleDict)(made.State ??= new PickleDict([]))
            : Top<PickleDict>("a dictionary");
        for (int i = 0; i < items.Count; i += 2) dict.Pairs.Add(new(items[i], items[i + 1]));
    }

    private readonly PickleGlobal Global(string module, string name)
    {
        var global = new PickleGlobal(module, name);
        return PickleGlobals.IsAllowed(global) ? global : throw new UnsupportedException(
            $"{_path}: names {ErrorText.Quote(global.FullName)}, which is neither a tensor nor a plain container; a "
            + "pickle is a program, and nothing of it is run. Save the model's state_dict alone.");
    }

    private readonly object? Recall(int key) =>
        _memo.TryGetValue(key, out object? value) ? value : throw Invalid($"recalls value {key}, which it never kept");

    private void Push(object? value)
    {
        if (++_values > MostValues) throw Invalid($"makes more than {MostValues} values");
        _stack.Add(value);
    }

    private readonly object? Peek() =>
        _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw Invalid("takes a value from an empty stack");

    private readonly object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly T Top<T>(string what) where T : class => Peek() as T ?? throw Invalid($"fills what is not {what}");

    private readonly List<object?> Last(int count)
    {
        int first = _stack.Count - count;
        if (first < 0 || _stack.IndexOf(s_mark, first) >= 0) throw Invalid("takes a value from an empty stack");
        var values = _stack.GetRange(first, count);
        _stack.RemoveRange(first, count);
        return values;
    }

    private readonly List<object?> SinceMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0) throw Invalid("lacks a mark");
        var values = _stack.GetRange(mark + 1, _stack.Count - mark - 1);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private byte Byte() => Take(1)[0];

    private readonly int Length(uint length) =>
        length <= int.MaxValue ? (int)length : throw Invalid($"holds a text of {length} bytes");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at) throw Invalid("ends within an instruction");
        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    private string Line()
    {
        int end = _bytes[_at..].IndexOf((byte)'\n');
        if (end < 0) throw Invalid("ends within a name");
        string line = Encoding.Latin1.GetString(_bytes.Slice(_at, end));
        _at += end + 1;
        return line;
    }

    private readonly string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidFileException(_path, "holds a text that is not UTF-8", _offset + _at, e);
        }
    }

    // Numbers beyond 64 bits are marks of the format, compared as bytes; little-endian, two's complement.
    private static object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8) return Convert.ToHexString(bytes);
        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--) value = value << 8 | bytes[i];
        return value;
    }

    private readonly InvalidFileException Invalid(string problem) =>
        new(_path, $"is no whole pickle: it {problem}", _offset + _at);
}
