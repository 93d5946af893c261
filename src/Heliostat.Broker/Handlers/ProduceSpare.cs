using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// The messages of a connection's last Produce request, to be used again by the next: it comes when the one before was answered.
/// </summary>
internal sealed class ProduceSpare(short version)
{
    /// <summary>More is not kept: who once sent a large request need not send another.</summary>
    private const int MostTopics = 64;
    private const int MostPartitions = 256;

    private ProduceRequest _request = new();
    private ProduceResponse _response = new();

    public short Version { get; } = version;

    /// <summary>A request whose every field is read again, since the version is the same.</summary>
    public ProduceRequest TakeRequest()
    {
        if (IsLarge(_request)) (_request, _response) = (new(), new());
        return _request;
    }

    /// <summary>An empty response; its rows hold what they held before.</summary>
    public ProduceResponse TakeResponse()
    {
        _response.Responses.Clear();
        _response.NodeEndpoints.Clear();
        _response.ThrottleTimeMs = 0;
        return _response;
    }

    private static bool IsLarge(ProduceRequest request)
    {
        if (request.TopicData.Count > MostTopics) return true;

        foreach (var topic in request.TopicData)
        {
            if (topic.PartitionData.Count > MostPartitions) return true;
        }

        return false;
    }
}
