using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Connections;

/// <summary>The versions that both sides of a connection speak.</summary>
internal sealed class ApiRanges
{
    /// <summary>What Kafka 0.9 serves, which has no ApiVersions to tell it (<c>Protocol.java</c> of 0.9.0.1).</summary>
    public static readonly ApiRanges OfKafka09 = new(new ApiVersionsResponse
    {
        ApiKeys =
        [
            .. new (ApiKey Key, short Max)[]
            {
                (ApiKey.Produce, 1), (ApiKey.Fetch, 1), (ApiKey.ListOffsets, 0), (ApiKey.Metadata, 0), (ApiKey.OffsetCommit, 2),
                (ApiKey.OffsetFetch, 1), (ApiKey.FindCoordinator, 0), (ApiKey.JoinGroup, 0), (ApiKey.Heartbeat, 0), (ApiKey.LeaveGroup, 0),
                (ApiKey.SyncGroup, 0), (ApiKey.DescribeGroups, 0), (ApiKey.ListGroups, 0),
            }.Select(api => new ApiVersion { ApiKey = (short)api.Key, MaxVersion = api.Max }),
        ],
    });

    /// <summary>
    /// What Kafka 0.8.2 serves: no groups but their offsets, and none of the later forms (<c>RequestKeys.scala</c> of 0.8.2.2). 0.8.1 and
    /// before lack the coordinator too.
    /// </summary>
    public static readonly ApiRanges OfKafka08 = new(new ApiVersionsResponse
    {
        ApiKeys =
        [
            .. new (ApiKey Key, short Max)[]
            {
                (ApiKey.Produce, 0), (ApiKey.Fetch, 0), (ApiKey.ListOffsets, 0), (ApiKey.Metadata, 0), (ApiKey.OffsetCommit, 1),
                (ApiKey.OffsetFetch, 1), (ApiKey.FindCoordinator, 0),
            }.Select(api => new ApiVersion { ApiKey = (short)api.Key, MaxVersion = api.Max }),
        ],
    });

    private readonly Dictionary<ApiKey, (short Min, short Max)> _broker = [];

    public ApiRanges(ApiVersionsResponse answer)
    {
        foreach (var api in answer.ApiKeys)
        {
            _broker[(ApiKey)api.ApiKey] = (api.MinVersion, api.MaxVersion);
        }
    }

    /// <summary>The newest common version between <paramref name="min"/> and <paramref name="max"/>; -1 when there is none.</summary>
    public short Newest(Api api, short min, short max)
    {
        if (!_broker.TryGetValue(api.Key, out var broker))
        {
            return -1;
        }

        var newest = Math.Min(Math.Min(api.MaxVersion, broker.Max), max);
        return newest >= Math.Max(Math.Max(api.MinVersion, broker.Min), min) ? newest : (short)-1;
    }
}
