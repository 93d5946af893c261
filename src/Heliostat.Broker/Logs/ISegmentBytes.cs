namespace Heliostat.Broker.Logs;

/// <summary>Where the batches of a segment lie one after another: in memory or in a file. Guarded by the log's lock.</summary>
internal interface ISegmentBytes : IDisposable
{
    long Length { get; }

    /// <summary>Whether a crash of the machine would leave everything.</summary>
    bool IsFlushed { get; }

    /// <summary>
    /// Appends one batch; it is later read from the position that was <see cref="Length"/>. When it throws, nothing was appended.
    /// </summary>
    void Append(ReadOnlySpan<byte> batch);

    /// <summary>
    /// Copies the bytes from <paramref name="position"/> on, where a batch starts, as many as fit; at least to that batch's end, if it
    /// fits.
    /// </summary>
    int Copy(long position, Span<byte> into);

    /// <summary>
    /// At most <paramref name="maxBytes"/> from <paramref name="position"/> on, where a batch starts, without a gap. There may be fewer
    /// than are stored, but the whole first batch if it fits. What was handed out never changes.
    /// </summary>
    LogSlice Slice(long position, int maxBytes);

    /// <summary>Forgets everything from <paramref name="length"/> on, where a batch starts.</summary>
    void Truncate(long length);

    /// <summary>
    /// Makes what was appended survive a crash of the machine, where there is something to survive on. May be called without the log's
    /// lock.
    /// </summary>
    void Flush();

    /// <summary>Ends the use of the bytes, which stay.</summary>
    void Close();

    /// <summary>Removes the bytes for good.</summary>
    void Delete();
}
