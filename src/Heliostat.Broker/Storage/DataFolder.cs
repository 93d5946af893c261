using System.Globalization;
using Heliostat.Broker.Logs;

namespace Heliostat.Broker.Storage;

/// <summary>
/// The folder that a cluster keeps everything in: a folder for each partition, laid out as Kafka's; <c>cluster-state</c> with what it knows
/// besides its logs; <c>meta.properties</c> with its id. One process at a time has it.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = ".lock";
    private const string CleanFile = ".kafka_cleanshutdown";
    private const string MetaFile = "meta.properties";
    private const string StateFolder = "cluster-state";
    private const string PartitionFile = "partition.metadata";
    private const string DeletedSuffix = "-delete";
    private const string StraySuffix = "-stray";

    private readonly FileStream _lock;
    private readonly Random _random;

    private DataFolder(string path, FileStream lockOwned, string clusterId, bool wasClosedCleanly, TimeProvider time, Random random)
    {
        Path = path;
        _lock = lockOwned;
        _random = random;
        ClusterId = clusterId;
        WasClosedCleanly = wasClosedCleanly;
        Journal = StateJournal.Open(System.IO.Path.Combine(path, StateFolder), time);
    }

    public string Path { get; }

    public string ClusterId { get; }

    /// <summary>Whether the last process that had it ended in order.</summary>
    public bool WasClosedCleanly { get; }

    public StateJournal Journal { get; }

    /// <summary>Takes the folder, making it where it is not there.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="clusterId">The id that the cluster must have; null for what it has, or a new one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Makes up ids.</param>
    /// <exception cref="IOException">Another process has it, or the disk fails.</exception>
    /// <exception cref="ArgumentException">It belongs to another cluster.</exception>
    /// <exception cref="InvalidDataException">It is damaged so that going on would lose what is in it.</exception>
    public static DataFolder Open(string path, string? clusterId, TimeProvider time, Random random)
    {
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(path);
        var lockOwned = Lock(path);
        try
        {
            var stored = ReadClusterId(path);
            if (stored is not null && clusterId is not null && stored != clusterId)
                throw new ArgumentException($"{path} belongs to the cluster {stored}, not to {clusterId}", nameof(clusterId));

            var id = stored ?? clusterId ?? KafkaUuid.Text(KafkaUuid.Random(random));
            if (stored is null) File.WriteAllText(System.IO.Path.Combine(path, MetaFile), $"version=1\ncluster.id={id}\nnode.id=0\n");

            var clean = System.IO.Path.Combine(path, CleanFile);
            var wasClosedCleanly = File.Exists(clean);
            File.Delete(clean);
            RemoveDeleted(path);
            return new DataFolder(path, lockOwned, id, wasClosedCleanly, time, random);
        }
        catch
        {
            lockOwned.Dispose();
            throw;
        }
    }

    /// <summary>Where a partition's log is kept. What lies there of another topic that had the name is put aside.</summary>
    public FileStore Store(string topic, Guid topicId, int partition)
    {
        var folder = FolderOf(topic, partition);
        var id = KafkaUuid.Text(topicId);
        if (Directory.Exists(folder) && ReadTopicId(folder) != id) PutAside(folder);

        var trash = System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{id}-{partition}{DeletedSuffix}"));
        var store = new FileStore(folder, trash, WasClosedCleanly);
        var metadata = System.IO.Path.Combine(folder, PartitionFile);
        if (!File.Exists(metadata)) File.WriteAllText(metadata, $"version: 0\ntopic_id: {id}\n");
        return store;
    }

    /// <summary>Removes the folder of a partition whose topic is being deleted, if it is still there.</summary>
    public void Remove(string topic, Guid topicId, int partition)
    {
        var folder = FolderOf(topic, partition);
        if (Directory.Exists(folder) && ReadTopicId(folder) == KafkaUuid.Text(topicId)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Says that everything was closed in order: the next start may believe what is written down.</summary>
    public void MarkClean() => File.WriteAllText(System.IO.Path.Combine(Path, CleanFile), "");

    public void Dispose()
    {
        Journal.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new IOException($"{path} is used by another process, or cannot be written: {exception.Message}", exception);
        }
    }

    private static string? ReadClusterId(string path)
    {
        var file = System.IO.Path.Combine(path, MetaFile);
        return File.Exists(file) ? ReadField(file, "cluster.id=") : null;
    }

    private static string? ReadTopicId(string folder)
    {
        var file = System.IO.Path.Combine(folder, PartitionFile);
        return File.Exists(file) ? ReadField(file, "topic_id: ") : null;
    }

    private static string? ReadField(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim();

    private static void RemoveDeleted(string path)
    {
        foreach (var folder in Directory.EnumerateDirectories(path, "*" + DeletedSuffix).ToList())
            Directory.Delete(folder, recursive: true);
    }

    private string FolderOf(string topic, int partition) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}"));

    /// <summary>Nobody asked for it to be deleted, so it is kept for whoever wants to look.</summary>
    private void PutAside(string folder) =>
        Directory.Move(folder, System.IO.Path.Combine(Path, KafkaUuid.Random(_random).ToString("N") + StraySuffix));
}
