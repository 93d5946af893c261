using Heliostat.Broker.Logs;
using Heliostat.Broker.Quotas;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// Fetch 4 to 18: sessions (KIP-227), long poll, byte limits by which the first batch always comes through (KIP-74), read_committed with
/// the list of aborted transactions, leader epochs (KIP-320), diverging epochs (KIP-595), topic ids from 13 on (KIP-516).
/// </summary>
internal sealed class FetchHandler : ApiHandler<FetchRequest, FetchResponse>
{
    private const short FirstFromFollowers = 11;
    private const short FirstWithTopicIds = 13;
    private const short FirstThatPointsToLeader = 16;

    /// <summary>The most bytes of an answer, but for a first batch that is larger (<c>fetch.max.bytes</c>).</summary>
    private const int MaxBytes = 55 * 1024 * 1024;

    /// <summary>How long a fetch waits before it looks whether others wait for the memory that its request takes.</summary>
    private static readonly TimeSpan PressureInterval = TimeSpan.FromSeconds(1);

    public override short MinVersion => 4;

    protected override async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context, CancellationToken ct)
    {
        var usesTopicIds = context.Version >= FirstWithTopicIds;
        var error = context.Broker.Sessions.Begin(request, usesTopicIds, context.NowMs, out var session, out var incremental);
        if (error != ErrorCode.None) return new FetchResponse { ErrorCode = error };

        var response = new FetchResponse { SessionId = session.Id };
        var deadline = context.Cluster.Time.GetTimestamp()
            + (long)(Math.Max(request.MaxWaitMs, 0) / 1000d * context.Cluster.Time.TimestampFrequency);
        var byteCount = 0L;
        var minBytes = Math.Min(request.MinBytes, Math.Min(request.MaxBytes, MaxBytes));
        var isPressed = false;
        while (true)
        {
            var read = Read(request, session, incremental, response, context);
            byteCount = read.Bytes;
            var now = context.Cluster.Time.GetTimestamp();
            if (read.MustAnswer || !read.Interesting || read.Bytes >= minBytes || now >= deadline || isPressed
                || ct.IsCancellationRequested) break;

            // Timers drop what is less than a millisecond: the rest of the last one would be spun away.
            var left = TimeSpan.FromMilliseconds(Math.Ceiling(context.Cluster.Time.GetElapsedTime(now, deadline).TotalMilliseconds));
            await WaitAsync(session, minBytes - read.Bytes, left < PressureInterval ? left : PressureInterval, context.Cluster.Time, ct);
            isPressed = context.Cluster.RequestPool.Waiting > 0;
            response.Responses.Clear();
        }

        await LoadAsync(session, response, context, ct);
        Remember(session, response, incremental);
        response.ThrottleTimeMs = context.Throttle(QuotaKeys.ConsumerByteRate, byteCount);
        return response;
    }

    protected override FetchResponse Refuse(FetchRequest request, RequestContext context, ErrorCode error)
    {
        var response = new FetchResponse { ErrorCode = context.Version >= 7 && request.Topics.Count == 0 ? error : ErrorCode.None };
        foreach (var topic in request.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                Topic(response, new FetchSessionPartition(topic.Topic, topic.TopicId, partition.Partition)).Partitions
                    .Add(new PartitionData { PartitionIndex = partition.Partition, ErrorCode = error, HighWatermark = -1 });
            }
        }

        return response;
    }

    private static ReadSummary Read(FetchRequest request, FetchSession session, bool incremental, FetchResponse response,
        RequestContext context)
    {
        var summary = new ReadSummary { MustAnswer = session.Partitions.Count == 0 };
        long left = Math.Min(request.MaxBytes, MaxBytes);
        PartitionData? row = null;
        foreach (var asked in session.Partitions)
        {
            row ??= new PartitionData();
            row.PartitionIndex = asked.Index;
            row.ErrorCode = ErrorCode.None;
            row.DivergingEpoch = null;
            row.AbortedTransactions.Clear();
            Read(request, asked, row, (int)Math.Clamp(Math.Min(left, asked.MaxBytes), 0, int.MaxValue), summary.Bytes == 0, context,
                ref summary);
            left -= asked.Found.Length;
            if (context.Version >= FirstThatPointsToLeader && row.ErrorCode is (ErrorCode.NotLeaderOrFollower
                or ErrorCode.FencedLeaderEpoch)) PointToLeader(row, asked, response, context);
            if (incremental && IsNoNews(asked, row)) continue;

            Topic(response, asked).Partitions.Add(row);
            row = null;
        }

        return summary;
    }

    private static void Read(
        FetchRequest request, FetchSessionPartition asked, PartitionData row, int maxBytes, bool atLeastOne, RequestContext context,
        ref ReadSummary summary)
    {
        row.ErrorCode = Find(asked, context);
        var isLed = row.ErrorCode == ErrorCode.None;
        summary.Interesting |= isLed;
        if (row.ErrorCode == ErrorCode.None) row.ErrorCode = asked.Partition!.CheckReadable(context.Broker.Id, asked.CurrentLeaderEpoch,
            context.Version >= FirstFromFollowers);
        if (row.ErrorCode == ErrorCode.None && asked.LastFetchedEpoch >= 0)
        {
            row.ErrorCode = asked.Partition!.Log.CheckDivergence(asked.FetchOffset, asked.LastFetchedEpoch, out var diverging);
            if (diverging is { } end)
            {
                row.DivergingEpoch = new FetchEpochEndOffset { Epoch = end.Epoch, EndOffset = end.EndOffset };
                summary.MustAnswer = true;
            }
        }

        if (row.ErrorCode != ErrorCode.None)
        {
            row.HighWatermark = row.LastStableOffset = row.LogStartOffset = -1;
            row.Records = Memory<byte>.Empty;
            asked.Found = default;
            summary.MustAnswer |= isLed;
            return;
        }

        var committed = request.IsolationLevel == IsolationLevel.ReadCommitted;
        var log = asked.Partition!.Log;
        var read = log.Read(asked.FetchOffset, row.DivergingEpoch is null ? maxBytes : 0, atLeastOne && row.DivergingEpoch is null,
            committed, row.AbortedTransactions);
        row.ErrorCode = read.Error;
        row.HighWatermark = read.Error == ErrorCode.None ? read.HighWatermark : -1;
        row.LastStableOffset = read.Error == ErrorCode.None ? read.LastStableOffset : -1;
        row.LogStartOffset = read.Error == ErrorCode.None ? read.LogStartOffset : -1;
        row.Records = read.Records.Memory;
        asked.Found = read.Records;
        summary.Bytes += read.Records.Length;
        summary.MustAnswer |= read.Error != ErrorCode.None || read.HasMore;
        asked.SeenEndOffset = read.HighWatermark;
    }

    private static ErrorCode Find(FetchSessionPartition asked, RequestContext context)
    {
        var byId = context.Version >= FirstWithTopicIds;
        var topic = byId ? context.Cluster.Topics.Find(asked.TopicId) : context.Cluster.Topics.Find(asked.Name);
        asked.Partition = topic?.Find(asked.Index);
        if (topic is null && byId) return ErrorCode.UnknownTopicId;

        if (!context.IsAllowed(AclOperation.Read, ResourceType.Topic, topic?.Name ?? asked.Name))
        {
            // Nothing is read there that could tell where its log ends: it is not waited for.
            asked.Partition = null;
            return ErrorCode.TopicAuthorizationFailed;
        }

        return asked.Partition is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
    }

    private static async ValueTask WaitAsync(FetchSession session, long missingBytes, TimeSpan atMost, TimeProvider time,
        CancellationToken ct)
    {
        using var waiter = new FetchWaiter(missingBytes, atMost, time, ct);
        foreach (var asked in session.Partitions) asked.Partition?.Log.AddWaiter(waiter, asked.SeenEndOffset);
        await waiter.Done;
        foreach (var asked in session.Partitions) asked.Partition?.Log.RemoveWaiter(waiter);
    }

    /// <summary>Reads what lies in files, into memory rented for all of it at once: who waits for memory must not hold any.</summary>
    private static async ValueTask LoadAsync(FetchSession session, FetchResponse response, RequestContext context, CancellationToken ct)
    {
        var byteCount = 0;
        foreach (var asked in session.Partitions) byteCount += asked.Found.IsInFile ? asked.Found.Length : 0;
        if (byteCount == 0) return;

        var frameOwned = context.AnswerOwned = await context.Cluster.AnswerPool.RentAsync(byteCount, ct);
        var free = frameOwned.Memory;
        foreach (var topic in response.Responses)
        {
            foreach (var row in topic.Partitions)
            {
                var asked = session.FindOrAdd(topic.Topic, topic.TopicId, row.PartitionIndex);
                if (!asked.Found.IsInFile) continue;

                var count = asked.Found.ReadInto(free.Span);
                row.Records = free[..count];
                free = free[count..];
            }
        }
    }

    private static bool IsNoNews(FetchSessionPartition asked, PartitionData row) =>
        row.ErrorCode == ErrorCode.None
        && asked.Found.Length == 0
        && row.DivergingEpoch is null
        && row.HighWatermark == asked.AnsweredHighWatermark
        && row.LogStartOffset == asked.AnsweredLogStart;

    /// <summary>Notes what is answered, so that only news follows, and lets the partitions that had none go first.</summary>
    private static void Remember(FetchSession session, FetchResponse response, bool incremental)
    {
        if (session.Id == FetchSession.Sessionless) return;

        foreach (var topic in response.Responses)
        {
            foreach (var row in topic.Partitions)
            {
                var asked = session.FindOrAdd(topic.Topic, topic.TopicId, row.PartitionIndex);
                asked.AnsweredHighWatermark = row.ErrorCode == ErrorCode.None ? row.HighWatermark : -1;
                asked.AnsweredLogStart = row.LogStartOffset;
                if (incremental && !row.Records.IsEmpty) session.MoveToEnd(asked);
            }
        }
    }

    private static FetchableTopicResponse Topic(FetchResponse response, FetchSessionPartition asked)
    {
        if (response.Responses.Count > 0 && response.Responses[^1] is var last && last.TopicId == asked.TopicId && last.Topic == asked.Name)
            return last;

        var topic = response.Responses.Next();
        topic.Topic = asked.Name;
        topic.TopicId = asked.TopicId;
        topic.Partitions.Clear();
        return topic;
    }

    private static void PointToLeader(PartitionData row, FetchSessionPartition asked, FetchResponse response, RequestContext context)
    {
        if (asked.Partition?.Leadership is not { } leadership) return;

        row.CurrentLeader = new LeaderIdAndEpoch { LeaderId = leadership.Leader, LeaderEpoch = leadership.LeaderEpoch };
        LeaderEndpoints.Add(response.NodeEndpoints, leadership.Leader, context);
    }

    private struct ReadSummary
    {
        public long Bytes;
        public bool MustAnswer;

        /// <summary>Whether there is a partition to wait for.</summary>
        public bool Interesting;
    }
}
