using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests;

/// <summary>What tests say over and over to a broker.</summary>
internal static class RawClientCalls
{
    public static async Task<PartitionProduceResponse> ProduceAsync(
        this RawClient client, string topic, int partition, byte[] batch, short version = 9, string? transactionalId = null)
    {
        var response = await client.CallAsync(Batches.Produce(topic, partition, batch, transactionalId: transactionalId), version,
            CancellationToken.None);
        return response.Responses[0].PartitionResponses[0];
    }

    public static async Task<PartitionData> FetchAsync(this RawClient client, string topic, int partition, long offset,
        bool committed = false)
    {
        var request = Batches.Fetch(topic, partition, offset);
        request.IsolationLevel = committed ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted;
        var response = await client.CallAsync(request, 12, CancellationToken.None);
        return response.Responses[0].Partitions[0];
    }

    /// <summary>All batches of a partition from an offset on, as they lie in the log.</summary>
    public static async Task<byte[]> FetchAllAsync(this RawClient client, string topic, int partition, long offset = 0)
    {
        var all = new MemoryStream();
        while (true)
        {
            var data = await client.FetchAsync(topic, partition, offset);
            Assert.Equal(ErrorCode.None, data.ErrorCode);
            if (offset >= data.HighWatermark) return all.ToArray();

            var walker = new Heliostat.Protocol.Records.BatchWalker(data.Records.Span);
            while (walker.MoveNext()) offset = Heliostat.Protocol.Records.RecordBatch.LastOffset(walker.Current.Of(data.Records.Span)) + 1;
            all.Write(data.Records.Span[..walker.Position]);
        }
    }

    public static Task<InitProducerIdResponse> InitProducerAsync(this RawClient client, string? transactionalId) =>
        client.CallAsync(new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = 60_000 }, 4,
            CancellationToken.None);

    public static async Task CommitAsync(this RawClient client, string group, string topic, int partition, long offset)
    {
        var request = new OffsetCommitRequest { GroupId = group, GenerationIdOrMemberEpoch = -1, MemberId = "" };
        request.Topics.Add(new OffsetCommitRequestTopic
        {
            Name = topic,
            Partitions = [new OffsetCommitRequestPartition
            {
                PartitionIndex = partition,
                CommittedOffset = offset,
                CommittedMetadata = "m"
            }],
        });
        var response = await client.CallAsync(request, 8, CancellationToken.None);
        Assert.Equal(ErrorCode.None, response.Topics[0].Partitions[0].ErrorCode);
    }

    public static async Task<long> CommittedAsync(this RawClient client, string group, string topic, int partition)
    {
        var request = new OffsetFetchRequest
        {
            GroupId = group,
            Topics = [new OffsetFetchRequestTopic { Name = topic, PartitionIndexes = [partition] }]
        };
        var response = await client.CallAsync(request, 7, CancellationToken.None);
        return response.Topics[0].Partitions[0].CommittedOffset;
    }
}
