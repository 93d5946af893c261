using System.Buffers;

namespace Heliostat.Plugins;

/// <summary>A key or value that is written, in memory that is kept.</summary>
internal sealed class ChangedPart
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public bool IsSet { get; private set; }

    public bool IsNull { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Reset()
    {
        _bytes.ResetWrittenCount();
        (IsSet, IsNull) = (false, false);
    }

    public void SetNull()
    {
        _bytes.ResetWrittenCount();
        (IsSet, IsNull) = (true, true);
    }

    public ArrayBufferWriter<byte> Begin()
    {
        _bytes.ResetWrittenCount();
        (IsSet, IsNull) = (true, false);
        return _bytes;
    }
}
