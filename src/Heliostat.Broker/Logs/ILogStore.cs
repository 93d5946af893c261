namespace Heliostat.Broker.Logs;

/// <summary>Where the segments of one partition are kept: in memory or in a folder.</summary>
internal interface ILogStore
{
    /// <summary>Whether what is saved is there after the process.</summary>
    bool IsDurable { get; }

    /// <summary>Whether the last process closed it in order: then nothing needs to be looked through.</summary>
    bool WasClosedCleanly { get; }

    /// <summary>The segments that were kept, by base offset; none in memory.</summary>
    IReadOnlyList<StoredSegment> Open();

    /// <summary>A new, empty segment.</summary>
    ISegmentBytes Create(long baseOffset);

    /// <summary>A new, empty segment that does not count before <see cref="Replace"/>.</summary>
    ISegmentBytes CreateCleaned(long baseOffset);

    /// <summary>
    /// Puts a cleaned segment in the place of <paramref name="old"/>, the first of which has its base offset. A crash leaves both, or the
    /// new one.
    /// </summary>
    void Replace(ISegmentBytes cleaned, IReadOnlyList<ISegmentBytes> old);

    /// <summary>Keeps a small file, in place of an earlier one, as a whole or not at all.</summary>
    void Save(string name, ReadOnlySpan<byte> bytes);

    /// <summary>A small file that was kept; null when there is none.</summary>
    byte[]? Load(string name);

    /// <summary>Drops a small file.</summary>
    void Remove(string name);

    /// <summary>Removes everything for good.</summary>
    void Delete();
}
