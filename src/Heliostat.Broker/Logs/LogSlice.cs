namespace Heliostat.Broker.Logs;

/// <summary>
/// Where batches lie that are to be answered: in memory, to be sent from there, or in a file, to be read outside the log's lock.
/// </summary>
internal readonly record struct LogSlice
{
    private readonly Memory<byte> _memory;
    private readonly FileBytes? _file;
    private readonly long _position;

    /// <summary>Bytes that never change.</summary>
    public LogSlice(Memory<byte> memory)
    {
        _memory = memory;
        Length = memory.Length;
    }

    public LogSlice(FileBytes file, long position, int length)
    {
        _file = file;
        _position = position;
        Length = length;
    }

    public int Length { get; }

    /// <summary>Whether memory is to be rented for <see cref="ReadInto"/>; else <see cref="Memory"/> has the bytes.</summary>
    public bool IsInFile => _file is not null;

    public Memory<byte> Memory => _memory;

    /// <summary>Reads as many bytes as are still there: fewer when the log was cut or cleaned meanwhile.</summary>
    public int ReadInto(Span<byte> bytes) => _file!.ReadFully(_position, bytes[..Length]);
}
