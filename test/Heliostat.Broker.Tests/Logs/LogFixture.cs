using Heliostat.Broker.Logs;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Logs;

/// <summary>A log in a folder of its own, without a broker around it.</summary>
internal sealed class LogFixture : IDisposable
{
    public const int Epoch = 3;

    private readonly TemporaryFolder _folder = new("log");
    private int _opened;

    public string Path => _folder.File("t-0");

    public LogOptions Options { get; set; } = LogOptions.Default;

    public ManualTimeProvider Time { get; } = new();

    public string Segment(long baseOffset) => System.IO.Path.Combine(Path, $"{baseOffset:D20}.log");

    public PartitionLog Open(bool clean = false)
    {
        var store = new FileStore(Path, _folder.File($"trash-{_opened++}"), clean);
        var log = new PartitionLog("t-0", store, Options, Time);
        log.BeginEpoch(Math.Max(log.LatestEpoch, Epoch));
        return log;
    }

    /// <summary>A copy of the folder, to be done harm to.</summary>
    public void CopyTo(LogFixture other)
    {
        Directory.CreateDirectory(other.Path);
        foreach (var file in Directory.GetFiles(other.Path)) File.Delete(file);
        foreach (var file in Directory.GetFiles(Path))
            File.Copy(file, System.IO.Path.Combine(other.Path, System.IO.Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    public static AppendResult Append(PartitionLog log, byte[] batch, TransactionVerification? verified = null) =>
        log.Append(batch, log.LatestEpoch, verified);

    /// <summary>All bytes from an offset on.</summary>
    public static byte[] ReadAll(PartitionLog log, long offset = 0)
    {
        var all = new MemoryStream();
        offset = Math.Max(offset, log.LogStartOffset);
        while (offset < log.LogEndOffset)
        {
            var read = log.Read(offset, int.MaxValue, atLeastOne: true, committed: false, new Rows<AbortedTransaction>());
            Assert.Equal(ErrorCode.None, read.Error);
            var bytes = Bytes(read);
            all.Write(bytes);
            var walker = new BatchWalker(bytes);
            while (walker.MoveNext()) offset = RecordBatch.LastOffset(walker.Current.Of(bytes)) + 1;
            Assert.Equal(bytes.Length, walker.Position);
        }

        return all.ToArray();
    }

    public static byte[] Bytes(ReadResult read)
    {
        if (!read.Records.IsInFile) return read.Records.Memory.ToArray();

        var bytes = new byte[read.Records.Length];
        Assert.Equal(bytes.Length, read.Records.ReadInto(bytes));
        return bytes;
    }
}
