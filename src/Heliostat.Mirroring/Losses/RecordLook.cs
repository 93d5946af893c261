using System.Buffers.Binary;
using System.Security.Cryptography;
using Heliostat.Client.Fetching;
using Heliostat.Client.Routing;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Reads single records, to be compared by what producers gave them: key and value. Needs <see cref="KafkaClient.RunAsync"/> running beside
/// it.
/// </summary>
internal sealed class RecordLook(KafkaClient client, IsolationLevel isolation, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A digest of the record at each offset; missing where there is none, as after compaction, or where it did not come in time.
    /// </summary>
    public async Task<Dictionary<TopicPartition, string>> ReadAsync(IReadOnlyDictionary<TopicPartition, long> offsets,
        CancellationToken ct) =>
            (await LookAsync(offsets, ct))
                .Where(look => look.Value.Text is not null).ToDictionary(look => look.Key, look => look.Value.Text!);

    /// <summary>Where a marker stands at the offset, or a record that was aborted; what did not come in time is none of them.</summary>
    public async Task<HashSet<TopicPartition>> VoidsAsync(IReadOnlyDictionary<TopicPartition, long> offsets, CancellationToken ct) =>
        [.. (await LookAsync(offsets, ct)).Where(look => look.Value.IsVoid).Select(look => look.Key)];

    private async Task<Dictionary<TopicPartition, Look>> LookAsync(IReadOnlyDictionary<TopicPartition, long> offsets, CancellationToken ct)
    {
        var fetcher = new Fetcher(client, new FetchOptions { IsolationLevel = isolation, MaxPartitionBytes = 64 * 1024 }, time, loggers);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var fetching = fetcher.RunAsync(done.Token);
        var looks = offsets.ToDictionary(offset => offset.Key, offset => new Look(offset.Value, isolation == IsolationLevel.ReadCommitted));
        FetchCursor[] cursors = [.. looks.Select(look => fetcher.Add(look.Key, look.Value.Offset, leaderEpoch: -1, look.Value))];
        client.Metadata.Invalidate();
        try
        {
            await Settling.AllAsync(looks.Values.Select(look => look.Found.Task)).WaitHereAsync(Patience, time, ct);
        }
        catch (TimeoutException)
        {
            // Whatever did not come is not known.
        }
        finally
        {
            await done.CancelSoonAsync();
            await fetching.SettleAsync();
            Array.ForEach(cursors, fetcher.Remove);
        }

        return looks;
    }

    private sealed class Look(long offset, bool isCommitted) : IFetchSink
    {
        private readonly AbortedRanges _aborted = new();
        private volatile string? _text;
        private volatile bool _isVoid;

        public long Offset => offset;

        /// <summary>Ends when there is an answer.</summary>
        public TaskCompletionSource Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The record in words; null when it could not be read, or not yet.</summary>
        public string? Text => _text;

        /// <summary>There is none at the offset, but a marker or what was aborted.</summary>
        public bool IsVoid => _isVoid;

        public void Fetched(FetchCursor cursor, in FetchedPartition partition)
        {
            if (partition.Records.Length == 0)
            {
                return;
            }

            cursor.Pause();
            try
            {
                _aborted.Load(partition.AbortedTransactions);
                _text = Find(partition.Records.Span);
            }
            catch (MalformedFrameException)
            {
                // It cannot be read.
            }

            Found.TrySetResult();
        }

        public void Failed(FetchCursor cursor, in FetchFailure failure) => Found.TrySetResult();

        private string? Find(ReadOnlySpan<byte> records)
        {
            using var buffer = new DecompressionBuffer();
            var walker = new BatchWalker(records);
            while (walker.MoveNext())
            {
                var batch = walker.Current.Of(records);
                if (RecordBatch.LastOffset(batch) < offset)
                {
                    continue;
                }

                // A marker that ends a transaction lies behind what it aborts: in the batch of this offset none of its producer does.
                if (walker.Current.Magic == 2 && new RecordBatchHeader(batch) is var header
                    && (header.IsControl || (isCommitted && _aborted.Contains(header))))
                {
                    _isVoid = header.BaseOffset <= offset;
                    return null;
                }

                var reader = new RecordReader(batch, buffer);
                while (reader.MoveNext())
                {
                    if (reader.Offset == offset)
                    {
                        return Digest(reader.Key, reader.Value);
                    }
                }
            }

            return null;
        }

        private static string Digest(NullableSpan key, NullableSpan value)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append(hash, key);
            Append(hash, value);
            return Convert.ToHexString(hash.GetHashAndReset());
        }

        private static void Append(IncrementalHash hash, NullableSpan field)
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(length, field.IsNull ? -1 : field.Span.Length);
            hash.AppendData(length);
            if (!field.IsNull)
            {
                hash.AppendData(field.Span);
            }
        }
    }
}
