using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Connections;

/// <summary>The versions that both sides of a connection speak.</summary>
internal sealed class ApiRanges
{
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
