using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Comparing;

/// <summary>
/// Reads pages of partitions by plain fetches, without sessions: to compare what is there, not to follow it. Any number of partitions side
/// by side. What fails because a leader moved or a broker is away is tried again for <see cref="ClientOptions.CallTimeout"/>.
/// </summary>
/// <param name="client">A client whose general connections nobody needs to be quick.</param>
/// <param name="isolation">Whether aborted records are left out.</param>
/// <param name="pageBytes">About how much one page holds.</param>
/// <param name="time">The clock.</param>
internal sealed class PageReader(KafkaClient client, IsolationLevel isolation, int pageBytes, TimeProvider time)
{
    private const int LargestPageBytes = 128 << 20;
    private static readonly TimeSpan LongPoll = TimeSpan.FromMilliseconds(100);

    private readonly AdminClient _admin = new(client, time);
    private readonly BackOff _backOff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), client.Options.Random);

    public int PageBytes => pageBytes;

    /// <summary>
    /// The page at <paramref name="offset"/>, or at the log's start where that is later. Nothing may be there: the page says where the log
    /// ended then, and was waited for a moment.
    /// </summary>
    /// <exception cref="KafkaErrorException">The broker refuses, or the topic is gone.</exception>
    /// <exception cref="KafkaConnectionException">No broker answers.</exception>
    public async Task<LogPage> ReadAsync(TopicPartition partition, long offset, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var bytes = pageBytes;
        for (var failures = 0; ;)
        {
            var (code, data) = await TryFetchAsync(partition, offset, bytes, ct);
            var isOver = time.GetElapsedTime(start) > client.Options.CallTimeout;
            switch (code)
            {
                case ErrorCode.None when bytes < LargestPageBytes && !IsWhole(data!.Records.Span):
                    bytes = Math.Min(bytes * 2, LargestPageBytes);
                    continue;
                case ErrorCode.None:
                    var end = isolation == IsolationLevel.ReadCommitted
                        && data!.LastStableOffset >= 0 ? data.LastStableOffset : data!.HighWatermark;
                    return new LogPage(offset, data.Records, data.AbortedTransactions, data.LogStartOffset, end);
                case ErrorCode.OffsetOutOfRange:
                    var first = await OffsetAsync(partition, OffsetSpec.Earliest, ct);
                    if (first <= offset)
                    {
                        return new LogPage(offset, default, null, first, await OffsetAsync(partition, OffsetSpec.Latest, ct));
                    }

                    offset = first;
                    continue;
            }

            if (isOver || !code.IsRetriable())
            {
                throw new KafkaErrorException(code, $"{client.Options.Cluster}: {partition} cannot be read at {offset}: {code.Name()}");
            }

            await Task.Delay(_backOff.Next(++failures), time, ct);
            await client.Metadata.RefreshAsync(ct);
        }
    }

    private async Task<(ErrorCode Code, PartitionData? Data)> TryFetchAsync(TopicPartition partition, long offset, int bytes,
        CancellationToken ct)
    {
        if (client.Metadata.Current.Find(partition) is not { Leader: >= 0 } place)
        {
            client.Metadata.Track(partition.Topic);
            return (ErrorCode.LeaderNotAvailable, null);
        }

        try
        {
            var connection = await client.ConnectionAsync(place.Leader, ConnectionPurpose.General, ct);
            var answer = await connection.CallAsync(Request(partition, offset, bytes), ct);
            if (answer.ErrorCode != ErrorCode.None || answer.Responses.Count == 0 || answer.Responses[0].Partitions.Count == 0)
            {
                return (answer.ErrorCode == ErrorCode.None ? ErrorCode.UnknownServerError : answer.ErrorCode, null);
            }

            var data = answer.Responses[0].Partitions[0];
            return (data.ErrorCode, data);
        }
        catch (KafkaConnectionException)
        {
            return (ErrorCode.NetworkException, null);
        }
    }

    private FetchRequest Request(TopicPartition partition, long offset, int bytes)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = (int)LongPoll.TotalMilliseconds,
            MinBytes = 1,
            MaxBytes = bytes,
            IsolationLevel = isolation
        };
        var topic = request.Topics.Next();
        topic.Topic = partition.Topic;
        topic.TopicId = client.Metadata.Current.Topics[partition.Topic].TopicId;
        var asked = topic.Partitions.Next();
        asked.Partition = partition.Partition;
        asked.FetchOffset = offset;
        asked.PartitionMaxBytes = bytes;
        return request;
    }

    /// <summary>Brokers before 0.10.1 cut even the only batch at the limit.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> records)
    {
        var walker = new BatchWalker(records);
        return records.IsEmpty || walker.MoveNext() || walker.Malformed is not null;
    }

    private async Task<long> OffsetAsync(TopicPartition partition, long spec, CancellationToken ct)
    {
        var found = (await _admin.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [partition] = spec }, isolation, ct))[partition];
        return found.ErrorCode == ErrorCode.None
            ? found.Offset
            : throw new KafkaErrorException(found.ErrorCode,
                $"{client.Options.Cluster}: offsets of {partition} cannot be looked up: {found.ErrorCode.Name()}");
    }
}
