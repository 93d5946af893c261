using System.Text;
using System.Text.Json;
using Heliostat.Broker.Logs;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Storage;

/// <summary>
/// What a cluster knows besides its logs, in one append-only file of record batches: keys are texts, values JSON, nothing for what is gone.
/// A write is in the file when the call ends, and a batch counts whole or not at all. When most of the file is outdated it is written anew.
/// Thread-safe.
/// </summary>
internal sealed class StateJournal : IDisposable
{
    private const string FileName = "00000000000000000000.log";
    private const int SmallestToRewrite = 1 << 20;
    private const int LargestBatch = 1 << 18;

    private readonly Lock _lock = new();
    private readonly string? _folder;
    private readonly Dictionary<string, byte[]> _live = [];
    private readonly RecordBatchBuilder _builder = new();
    private readonly TimeProvider _time;
    private FileBytes? _file;
    private long _nextOffset;
    private long _liveBytes;
    private long _rewriteAbove = SmallestToRewrite;

    private StateJournal(string? folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
    }

    /// <summary>Forgets everything when the process ends.</summary>
    public static StateJournal InMemory() => new(null, TimeProvider.System);

    /// <summary>
    /// Opens the journal in <paramref name="folder"/>, making it where there is none. What a crash left half written is cut off.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged in the middle: cutting there would lose what came after.</exception>
    public static StateJournal Open(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var journal = new StateJournal(folder, time);
        journal._file = FileBytes.Open(Path.Combine(folder, FileName));
        try
        {
            journal.Load();
        }
        catch
        {
            journal.Dispose();
            throw;
        }

        return journal;
    }

    /// <summary>Whether anything is kept beyond the process.</summary>
    public bool IsDurable => _folder is not null;

    /// <summary>Whether the disk is to seem full: for tests.</summary>
    internal bool IsFull { get; set; }

    /// <summary>The records that count now.</summary>
    public IReadOnlyList<StateRecord> Records()
    {
        lock (_lock) return [.. _live.Values.Select(json => JsonSerializer.Deserialize(json, StateJson.Default.StateRecord)!)];
    }

    /// <summary>Writes changes down, all or none of them.</summary>
    /// <exception cref="IOException">The disk does not take them; then nothing is changed.</exception>
    public void Write(params ReadOnlySpan<StateChange> changes)
    {
        if (IsFull) throw new IOException("no space left on device");
        if (_folder is null || changes.IsEmpty) return;

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_file is null, this);
            Span<byte[]?> values = new byte[]?[changes.Length];
            _builder.Reset();
            for (var i = 0; i < changes.Length; i++)
            {
                values[i] = changes[i].Record is { } record
                    ? JsonSerializer.SerializeToUtf8Bytes(record, StateJson.Default.StateRecord)
                    : null;
                Append(changes[i].Key, values[i]);
            }

            Finish(_file);
            for (var i = 0; i < changes.Length; i++) Note(changes[i].Key, values[i]);
            if (_file.Length > _rewriteAbove && _file.Length > 4 * _liveBytes) Rewrite();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
            _builder.Dispose();
        }
    }

    /// <summary>Makes what was written survive a crash of the machine.</summary>
    public void Flush()
    {
        lock (_lock) _file?.Flush();
    }

    private void Load()
    {
        var bytes = new byte[_file!.Length];
        _file.Copy(0, bytes);
        var end = Replay(bytes);
        if (end == bytes.Length) return;

        if (BatchAfter(bytes, end) is { } next)
        {
            throw new InvalidDataException(
                $"{Path.Combine(_folder!, FileName)} is damaged between byte {end} and byte {next}; the cluster is not started, because "
                    + "the topics and offsets " +
                "written after that would be lost. Restore the file from a copy, or cut it off at the first of these bytes to go on "
                    + "without what follows.");
        }

        _file.Truncate(end);
    }

    private int Replay(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var walker = new BatchWalker(bytes);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(bytes);
            if (walker.Current.Magic != 2 || !RecordBatch.IsCrcValid(batch)) return at;

            using var buffer = new Protocol.Compression.DecompressionBuffer();
            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext())
                Note(Encoding.UTF8.GetString(reader.Key.Span), reader.Value.IsNull ? null : reader.Value.Span.ToArray());
            _nextOffset = new RecordBatchHeader(batch).NextOffset;
            at = walker.Position;
        }

        return at;
    }

    /// <summary>
    /// Where a whole batch lies behind the damage at <paramref name="from"/>; null when there is none, and so nothing to lose.
    /// </summary>
    private static int? BatchAfter(ReadOnlySpan<byte> bytes, int from)
    {
        for (var at = from + 1; at < bytes.Length - RecordBatchHeader.Size; at++)
        {
            if (bytes[at + RecordBatchHeader.MagicOffset] != 2) continue;

            var walker = new BatchWalker(bytes[at..]);
            if (walker.MoveNext() && walker.Current.Magic == 2 && RecordBatch.IsCrcValid(walker.Current.Of(bytes[at..]))) return at;
        }

        return null;
    }

    private void Note(string key, byte[]? value)
    {
        if (_live.Remove(key, out var old)) _liveBytes -= old.Length + key.Length;
        if (value is null) return;

        _live.Add(key, value);
        _liveBytes += value.Length + key.Length;
    }

    private void Append(string key, byte[]? value) =>
        _builder.Append(_time.GetUtcNow().ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(key), value is null ? NullableSpan.Null : value);

    private void Finish(FileBytes file)
    {
        _builder.BaseOffset = _nextOffset;
        _builder.PartitionLeaderEpoch = 0;
        var count = _builder.RecordsCount;
        file.Append(_builder.Build());
        _nextOffset += count;
        _builder.Reset();
    }

    /// <summary>Where the disk does not take it, the file goes on as it is until it has grown: what it is to say is in it.</summary>
    private void Rewrite()
    {
        var path = Path.Combine(_folder!, FileName);
        FileBytes? anew = null;
        try
        {
            anew = FileBytes.Create(path + ".new");
            foreach (var (key, value) in _live)
            {
                Append(key, value);
                if (_builder.SizeInBytes > LargestBatch) Finish(anew);
            }

            if (_builder.RecordsCount > 0) Finish(anew);
            anew.Flush();
            anew.Rename(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _rewriteAbove = _file!.Length + SmallestToRewrite;
            anew?.Delete();
            return;
        }

        _file!.Dispose();
        _file = anew;
        _rewriteAbove = SmallestToRewrite;
    }
}
