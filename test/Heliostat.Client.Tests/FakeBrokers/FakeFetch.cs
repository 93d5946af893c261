using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>Fetch with incremental sessions as KIP-227 tells a broker to keep them, and long polls.</summary>
internal sealed class FakeFetch(FakeKafka kafka, FakeNode node)
{
    private readonly Dictionary<int, FakeSession> _sessions = [];
    private int _lastSessionId = 1000;

    public void ForgetSessions() => kafka.Locked(_sessions.Clear);

    public async Task<FetchResponse> AnswerAsync(FetchRequest request, short version, CancellationToken dropped)
    {
        var until = Task.Delay(TimeSpan.FromMilliseconds(request.MaxWaitMs), TimeProvider.System, dropped);
        var (session, refusal) = kafka.Locked(() => Begin(request, version));
        if (refusal != ErrorCode.None)
        {
            return new FetchResponse { ErrorCode = refusal };
        }

        while (true)
        {
            var appended = kafka.NextAppendAsync();
            var response = kafka.Locked(() => Collect(request, version, session));
            if (response is not null || until.IsCompleted)
            {
                return response ?? new FetchResponse { SessionId = session.Id };
            }

            await Task.WhenAny(appended, until);
            dropped.ThrowIfCancellationRequested();
        }
    }

    private (FakeSession Session, ErrorCode Refusal) Begin(FetchRequest request, short version)
    {
        if (version < 7 || request.SessionEpoch == -1)
        {
            return (FakeSession.Of(request, 0), ErrorCode.None);
        }

        if (request.SessionEpoch == 0)
        {
            _sessions.Remove(request.SessionId);
            var opened = FakeSession.Of(request, kafka.GivesSessions ? ++_lastSessionId : 0);
            if (opened.Id != 0)
            {
                _sessions[opened.Id] = opened;
            }

            return (opened, ErrorCode.None);
        }

        if (!_sessions.TryGetValue(request.SessionId, out var session))
        {
            return (null!, ErrorCode.FetchSessionIdNotFound);
        }

        if (session.Epoch != request.SessionEpoch)
        {
            return (null!, ErrorCode.InvalidFetchSessionEpoch);
        }

        session.Epoch++;
        session.Change(request);
        return (session, ErrorCode.None);
    }

    /// <summary>The answer, or null when there is nothing to say yet.</summary>
    private FetchResponse? Collect(FetchRequest request, short version, FakeSession session)
    {
        var response = new FetchResponse { SessionId = session.Id };
        var left = request.MaxBytes;
        var told = false;
        foreach (var asked in session.InOrder().ToList())
        {
            var data = Partition(asked, version, ref left);
            var hasNews = data.ErrorCode != ErrorCode.None || data.Records.Length > 0 || data.PreferredReadReplica >= 0
                || data.DivergingEpoch is not null;
            told |= hasNews;
            if (hasNews || session.Id == 0)
            {
                Add(response, asked, data);
                session.MoveToEnd(asked, data.Records.Length > 0);
            }
        }

        return told ? response : null;
    }

    private static void Add(FetchResponse response, FakeSession.Asked asked, PartitionData data)
    {
        FetchableTopicResponse? topic = null;
        foreach (var there in response.Responses)
        {
            topic = there.Topic == asked.Topic && there.TopicId == asked.TopicId ? there : topic;
        }

        if (topic is null)
        {
            topic = response.Responses.Next();
            topic.Topic = asked.Topic;
            topic.TopicId = asked.TopicId;
        }

        topic.Partitions.Add(data);
    }

    private PartitionData Partition(FakeSession.Asked asked, short version, ref int left)
    {
        var data = new PartitionData { PartitionIndex = asked.Partition, HighWatermark = -1 };
        var topic = version >= 13 ? kafka.ById(asked.TopicId) : kafka.Topics.GetValueOrDefault(asked.Topic);
        if (topic is null || asked.Partition >= topic.Partitions.Count)
        {
            data.ErrorCode = version >= 13 ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
            return data;
        }

        var partition = topic.Partitions[asked.Partition];
        var isReplica = partition.Leader == node.Id || partition.PreferredReplica == node.Id;
        data.ErrorCode = partition.Error != ErrorCode.None ? partition.Error
            : !isReplica ? ErrorCode.NotLeaderOrFollower
            : asked.Epoch >= 0 && asked.Epoch < partition.LeaderEpoch ? ErrorCode.FencedLeaderEpoch
            : asked.Epoch > partition.LeaderEpoch ? ErrorCode.UnknownLeaderEpoch
            : ErrorCode.None;
        if (data.ErrorCode != ErrorCode.None)
        {
            return data;
        }

        data.HighWatermark = data.LastStableOffset = partition.End;
        data.LogStartOffset = partition.LogStart;
        if (partition.PreferredReplica >= 0 && partition.PreferredReplica != node.Id && asked.Rack.Length > 0)
        {
            data.PreferredReadReplica = partition.PreferredReplica;
            return data;
        }

        if (version >= 12 && asked.LastFetchedEpoch >= 0)
        {
            var (epoch, end) = partition.EndOf(asked.LastFetchedEpoch);
            if (epoch < 0)
            {
                data.ErrorCode = ErrorCode.OffsetOutOfRange;
                return data;
            }

            if (epoch < asked.LastFetchedEpoch || end < asked.Offset)
            {
                data.DivergingEpoch = new() { Epoch = epoch, EndOffset = end };
                return data;
            }
        }

        if (asked.Offset < partition.LogStart || asked.Offset > partition.End)
        {
            data.ErrorCode = ErrorCode.OffsetOutOfRange;
            return data;
        }

        if (left > 0)
        {
            var records = partition.Read(asked.Offset, Math.Min(asked.MaxBytes, left));
            data.Records = version >= 3 || records.Length <= asked.MaxBytes ? records : records[..asked.MaxBytes];
            left -= data.Records.Length;
        }

        return data;
    }
}
