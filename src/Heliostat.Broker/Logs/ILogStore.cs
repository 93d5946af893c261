namespace Heliostat.Broker.Logs;

/// <summary>Where the segments of one partition are kept: in memory or in a folder.</summary>
internal interface ILogStore
{
    /// <summary>The segments that were kept, by base offset; none in memory.</summary>
    IReadOnlyList<StoredSegment> Open();

    /// <summary>A new, empty segment.</summary>
    ISegmentBytes Create(long baseOffset);

    /// <summary>Keeps the log start.</summary>
    void SaveLogStart(long logStartOffset);

    /// <summary>Keeps which leader epoch wrote from which offset on.</summary>
    void SaveEpochs(IReadOnlyList<(int Epoch, long StartOffset)> epochs);

    /// <summary>What <see cref="SaveLogStart"/> kept.</summary>
    long LoadLogStart();

    /// <summary>What <see cref="SaveEpochs"/> kept.</summary>
    IReadOnlyList<(int Epoch, long StartOffset)> LoadEpochs();

    /// <summary>Removes everything for good.</summary>
    void Delete();
}
