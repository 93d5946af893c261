using Microsoft.Win32.SafeHandles;

namespace Heliostat.Broker.Logs;

/// <summary>
/// Batches in a file. An append is one write at the end, in the hands of the operating system when the call ends: it survives the process,
/// and the machine after <see cref="Flush"/>. One that fails leaves the length as it was; what it left is cut off, and if that fails too,
/// the next goes over it.
/// </summary>
internal sealed class FileBytes : ISegmentBytes
{
    private readonly SafeFileHandle _handle;
    private long _flushedLength;

    private FileBytes(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; private set; }

    public long Length { get; private set; }

    public bool IsFlushed => Volatile.Read(ref _flushedLength) == Length;

    /// <summary>Opens the file, or makes it.</summary>
    public static FileBytes Open(string path) =>
        new(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    /// <summary>Makes the file, in place of one that may be there.</summary>
    public static FileBytes Create(string path) =>
        new(path, File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    public void Append(ReadOnlySpan<byte> batch)
    {
        try
        {
            RandomAccess.Write(_handle, batch, Length);
        }
        catch (IOException)
        {
            CutExcess();
            throw;
        }

        Length += batch.Length;
    }

    public int Copy(long position, Span<byte> into)
    {
        var wanted = (int)Math.Clamp(Length - position, 0, into.Length);
        return ReadFully(position, into[..wanted]);
    }

    public LogSlice Slice(long position, int maxBytes) => new(this, position, (int)Math.Clamp(Length - position, 0, maxBytes));

    /// <summary>Reads without the log's lock; fewer bytes than asked when the file was cut or closed meanwhile.</summary>
    public int ReadFully(long position, Span<byte> into)
    {
        var done = 0;
        while (done < into.Length)
        {
            int count;
            try
            {
                count = RandomAccess.Read(_handle, into[done..], position + done);
            }
            catch (ObjectDisposedException)
            {
                break;
            }

            if (count == 0) break;
            done += count;
        }

        return done;
    }

    public void Truncate(long length)
    {
        if (length >= Length) return;

        RandomAccess.SetLength(_handle, length);
        Length = length;
        _flushedLength = Math.Min(_flushedLength, length);
    }

    /// <summary>May be called beside appends: what they add is flushed the next time.</summary>
    public void Flush()
    {
        var length = Length;
        if (length == Volatile.Read(ref _flushedLength)) return;

        RandomAccess.FlushToDisk(_handle);
        Volatile.Write(ref _flushedLength, length);
    }

    /// <summary>Takes another name, in place of a file that has it.</summary>
    public void Rename(string path)
    {
        File.Move(Path, path, overwrite: true);
        Path = path;
    }

    /// <summary>Cuts off what a failed append may have left, and closes the file.</summary>
    public void Close()
    {
        CutExcess();
        Flush();
        _handle.Dispose();
    }

    public void Delete()
    {
        _handle.Dispose();
        File.Delete(Path);
    }

    public void Dispose() => _handle.Dispose();

    private void CutExcess()
    {
        if (RandomAccess.GetLength(_handle) > Length) RandomAccess.SetLength(_handle, Length);
    }
}
