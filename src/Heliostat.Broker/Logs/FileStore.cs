using System.Globalization;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The folder of one partition, laid out as Kafka's: <c>00000000000000000000.log</c> and so on, beside them <c>leader-epoch-checkpoint</c>
/// and <c>partition.metadata</c> in Kafka's formats, and files of our own.
/// </summary>
internal sealed class FileStore : ILogStore
{
    private const string LogSuffix = ".log";
    private const string CleanedSuffix = ".cleaned";
    private const string NewSuffix = ".new";

    private readonly string _trash;
    private readonly string _folder;

    /// <param name="folder">The folder of the partition, which is made where it is not there.</param>
    /// <param name="trash">What it is renamed to when it is deleted, so that a folder of its name may be made at once.</param>
    /// <param name="wasClosedCleanly">Whether the last process closed it in order.</param>
    public FileStore(string folder, string trash, bool wasClosedCleanly)
    {
        _folder = folder;
        _trash = trash;
        WasClosedCleanly = wasClosedCleanly;
        Directory.CreateDirectory(folder);
    }

    public bool IsDurable => true;

    public bool WasClosedCleanly { get; }

    public IReadOnlyList<StoredSegment> Open()
    {
        var segments = new List<StoredSegment>();
        foreach (var file in new DirectoryInfo(_folder).GetFiles())
        {
            if (file.Name.EndsWith(CleanedSuffix, StringComparison.Ordinal) || file.Name.EndsWith(NewSuffix, StringComparison.Ordinal))
                file.Delete();
            else if (file.Name.EndsWith(LogSuffix, StringComparison.Ordinal)
                && long.TryParse(file.Name.AsSpan(0, file.Name.Length - LogSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture,
                    out var baseOffset))
            {
                segments.Add(new StoredSegment(baseOffset, FileBytes.Open(file.FullName)));
            }
        }

        segments.Sort(static (a, b) => a.BaseOffset.CompareTo(b.BaseOffset));
        return segments;
    }

    public ISegmentBytes Create(long baseOffset) => FileBytes.Create(PathOf(baseOffset));

    public ISegmentBytes CreateCleaned(long baseOffset) => FileBytes.Create(PathOf(baseOffset) + CleanedSuffix);

    public void Replace(ISegmentBytes cleaned, IReadOnlyList<ISegmentBytes> old)
    {
        var file = (FileBytes)cleaned;
        file.Flush();
        file.Rename(file.Path[..^CleanedSuffix.Length]);
        old[0].Dispose();
        for (var i = 1; i < old.Count; i++) old[i].Delete();
    }

    public void Save(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path + NewSuffix, bytes);
        File.Move(path + NewSuffix, path, overwrite: true);
    }

    public byte[]? Load(string name)
    {
        var path = Path.Combine(_folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public void Remove(string name) => File.Delete(Path.Combine(_folder, name));

    public void Delete()
    {
        Directory.Move(_folder, _trash);
        Directory.Delete(_trash, recursive: true);
    }

    private string PathOf(long baseOffset) => Path.Combine(_folder, baseOffset.ToString("D20", CultureInfo.InvariantCulture) + LogSuffix);
}
