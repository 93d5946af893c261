using Heliostat.Broker.Logs;
using Heliostat.Broker.Quotas;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// Produce 3 to 13; 0 to 2 are advertised for librdkafka, which uses no codec without them (KAFKA-18659), and close the connection. One
/// batch of magic 2 a partition. acks=0 gets no answer, and a closed connection where there was an error to tell.
/// </summary>
internal sealed class ProduceHandler : ApiHandler<ProduceRequest, ProduceResponse>
{
    private const short FirstWithAbortable = 11;
    private const short FirstThatAddsPartitions = 12;
    private const short FirstWithTopicIds = 13;

    protected override ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context, CancellationToken ct)
    {
        ReplicationWait? wait = null;
        if (context.Version < 3)
        {
            context.Connection.Close(Transport.Server.CloseReason.Refused);
            return new((ProduceResponse?)null);
        }

        if (request.Acks is < -1 or > 1) return new(Refuse(request, context, ErrorCode.InvalidRequiredAcks));
        if (FindCorruption(request) is { } corruption)
            return new(Answer(Refuse(request, ErrorCode.CorruptMessage, corruption), request, failed: true, context));
        if (IsTransactional(request)
            && (request.TransactionalId is not { } id || !context.IsAllowed(AclOperation.Write, ResourceType.TransactionalId, id)))
            return new(Answer(Refuse(request, context, ErrorCode.TransactionalIdAuthorizationFailed), request, failed: true, context));

        var failed = false;
        var byteCount = 0L;
        var response = Spare(context).TakeResponse();
        foreach (var topicData in request.TopicData)
        {
            var topic = context.Cluster.Topics.Find(topicData.Name, topicData.TopicId);
            var unknown = context.Version >= FirstWithTopicIds ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
            var name = context.Version >= FirstWithTopicIds ? topic?.Name : topicData.Name;
            var forbidden = name is not null && !context.IsAllowed(AclOperation.Write, ResourceType.Topic, name);
            var answer = Answer(response, topicData);
            foreach (var data in topicData.PartitionData)
            {
                byteCount += data.Records.Length;
                var row = Row(answer, data.Index);
                var partition = topic?.Find(data.Index);
                var before = partition?.Leadership;
                var result = forbidden ? AppendResult.Refused(ErrorCode.TopicAuthorizationFailed)
                    : topic is null ? AppendResult.Refused(unknown)
                    : partition is null ? AppendResult.Refused(ErrorCode.UnknownTopicOrPartition)
                    : Append(partition, data.Records, request, context);
                Fill(row, result);
                if (partition is { ReplicatesLater: true } && result.Error == ErrorCode.None)
                    ReplicationWait.Add(ref wait, partition, before!, row, data.Records, request.Acks);
                failed |= result.Error != ErrorCode.None;
                if (result.Error == ErrorCode.NotLeaderOrFollower && partition is not null)
                    PointToLeader(row, response, partition, context);
            }
        }

        response.ThrottleTimeMs = context.Throttle(QuotaKeys.ProducerByteRate, byteCount);
        return wait is null ? new(Answer(response, request, failed, context)) : WaitAsync(wait, response, request, context, ct);
    }

    private static async ValueTask<ProduceResponse?> WaitAsync(
        ReplicationWait wait, ProduceResponse response, ProduceRequest request, RequestContext context, CancellationToken ct)
    {
        await wait.RunAsync(TimeSpan.FromMilliseconds(request.TimeoutMs), context.Cluster.Time, ct);
        return response;
    }

    protected override ProduceRequest NewRequest(RequestContext context) => Spare(context).TakeRequest();

    protected override ProduceResponse Refuse(ProduceRequest request, RequestContext context, ErrorCode error) =>
        Refuse(request, error, null);

    private static ProduceResponse Refuse(ProduceRequest request, ErrorCode error, string? message)
    {
        var response = new ProduceResponse();
        foreach (var topicData in request.TopicData)
        {
            var answer = Answer(response, topicData);
            foreach (var data in topicData.PartitionData) Fill(Row(answer, data.Index), AppendResult.Refused(error, message));
        }

        return response;
    }

    /// <summary>The answer, where the client wants one; else a closed connection has to tell it that something failed.</summary>
    private static ProduceResponse? Answer(ProduceResponse response, ProduceRequest request, bool failed, RequestContext context)
    {
        if (request.Acks != 0) return response;

        if (failed) context.Connection.Close(Transport.Server.CloseReason.Refused);
        return null;
    }

    private static ProduceSpare Spare(RequestContext context)
    {
        if (context.Peer.Spare is { } spare && spare.Version == context.Version) return spare;

        context.Peer.Spare = spare = new ProduceSpare(context.Version);
        return spare;
    }

    private static bool IsTransactional(ProduceRequest request)
    {
        foreach (var topicData in request.TopicData)
        {
            foreach (var data in topicData.PartitionData)
            {
                if (ProducedRecords.IsTransactional(data.Records.Span)) return true;
            }
        }

        return false;
    }

    private static string? FindCorruption(ProduceRequest request)
    {
        foreach (var topicData in request.TopicData)
        {
            foreach (var data in topicData.PartitionData)
            {
                if (ProducedRecords.FindCorruption(data.Records.Span) is { } corruption) return corruption;
            }
        }

        return null;
    }

    private static AppendResult Append(Partition partition, Memory<byte> records, ProduceRequest request, RequestContext context)
    {
        var error = ProducedRecords.Find(records, context.Version, out var batch);
        if (error != ErrorCode.None) return AppendResult.Refused(error);

        error = partition.CheckLeader(context.Broker.Id, -1, out var leadership);
        if (error != ErrorCode.None) return AppendResult.Refused(error);

        var log = partition.Log;
        var minInsyncReplicas = partition.MinInsyncReplicas;
        if (request.Acks == -1 && leadership.Isr.Count < minInsyncReplicas)
        {
            return AppendResult.Refused(
                ErrorCode.NotEnoughReplicas,
                $"The size of the current ISR {leadership.Isr.Count} is insufficient to satisfy the min.isr requirement of "
                    + $"{minInsyncReplicas} " +
                $"for partition {partition.Topic.Name}-{partition.Index}");
        }

        var header = new RecordBatchHeader(batch.Span);
        TransactionVerification? verified = null;
        if (header is { IsTransactional: true, ProducerId: >= 0 })
        {
            error = log.BeginVerification(header, addsPartitions: context.Version >= FirstThatAddsPartitions, out verified);
            if (verified is not null) error = Verify(header, partition, request, context);
            switch (error)
            {
                case ErrorCode.None:
                    break;
                case ErrorCode.InvalidTxnState:
                    return context.Version >= FirstWithAbortable
                        ? AppendResult.Refused(ErrorCode.TransactionAbortable)
                        : AppendResult.Refused(ErrorCode.InvalidTxnState, "Partition was not added to the transaction");
                default:
                    return AppendResult.Refused(error);
            }
        }

        return log.Append(batch, leadership.LeaderEpoch, verified);
    }

    /// <summary>
    /// Whether the batch's transaction is open and holds the partition; from version 12 on it comes to hold it by this (KIP-890).
    /// </summary>
    private static ErrorCode Verify(in RecordBatchHeader header, Partition partition, ProduceRequest request, RequestContext context)
    {
        var error = context.Cluster.Transactions.Find(request.TransactionalId!) is not { } transaction ? ErrorCode.InvalidProducerIdMapping
            : context.Version >= FirstThatAddsPartitions
                ? transaction.Add(header.ProducerId, header.ProducerEpoch, [partition], [], context.NowMs)
            : transaction.Verify(header.ProducerId, header.ProducerEpoch, partition);
        return error == ErrorCode.ProducerFenced ? ErrorCode.InvalidProducerEpoch : error;
    }

    private static TopicProduceResponse Answer(ProduceResponse response, TopicProduceData topic)
    {
        var answer = response.Responses.Next();
        answer.Name = topic.Name;
        answer.TopicId = topic.TopicId;
        answer.PartitionResponses.Clear();
        return answer;
    }

    private static PartitionProduceResponse Row(TopicProduceResponse answer, int index)
    {
        var row = answer.PartitionResponses.Next();
        row.Index = index;
        return row;
    }

    private static void Fill(PartitionProduceResponse row, in AppendResult result)
    {
        row.ErrorCode = result.Error;
        row.BaseOffset = result.BaseOffset;
        row.LogAppendTimeMs = result.LogAppendTimeMs;
        row.LogStartOffset = result.LogStartOffset;
        row.ErrorMessage = result.Message;
        row.CurrentLeader = null;
        row.RecordErrors.Clear();
        if (result.RecordErrors is null) return;

        foreach (var error in result.RecordErrors)
        {
            var recordError = row.RecordErrors.Next();
            recordError.BatchIndex = error.BatchIndex;
            recordError.BatchIndexErrorMessage = error.Message;
        }
    }

    /// <summary>Spares the client a round of metadata (KIP-951).</summary>
    private static void PointToLeader(PartitionProduceResponse row, ProduceResponse response, Partition partition, RequestContext context)
    {
        var leadership = partition.Leadership;
        row.CurrentLeader = new LeaderIdAndEpoch { LeaderId = leadership.Leader, LeaderEpoch = leadership.LeaderEpoch };
        LeaderEndpoints.Add(response.NodeEndpoints, leadership.Leader, context);
    }
}
