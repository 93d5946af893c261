using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>Requests from bytes and answers to bytes, for the APIs that the fake knows.</summary>
internal static class FakeCodec
{
    public static (RequestHeader Header, FakeRequest Request) Read(FakeNode node, byte[] frame)
    {
        var key = (ApiKey)(frame[0] << 8 | frame[1]);
        var version = (short)(frame[2] << 8 | frame[3]);
        var api = Api.ByKey(key) ?? throw new IOException($"unknown api {key}");
        var headerVersion = api.RequestHeaderVersion(version);
        var header = new RequestHeader();
        var head = new WireReader(frame, headerVersion, headerVersion >= RequestHeader.FlexibleFrom);
        head.Body(ref header);
        var body = frame.AsMemory(frame.Length - head.Remaining);
        return (header, new FakeRequest(node, api, version, Body(body, api, version), header.ClientId));
    }

    public static byte[] Write(RequestHeader request, FakeRequest asked, IBody answer)
    {
        var version = Answered(asked, answer);
        var buffer = new WireBuffer();
        buffer.Take(4);
        var header = new ResponseHeader { CorrelationId = request.CorrelationId };
        var headerVersion = asked.Api.ResponseHeaderVersion(version);
        var head = new WireWriter(buffer, headerVersion, headerVersion >= ResponseHeader.FlexibleFrom);
        head.Body(ref header);
        var writer = new WireWriter(buffer, version, asked.Api.IsFlexible(version));
        writer.Body(answer);
        buffer.PatchInt32(0, (int)buffer.TotalBytes - 4);
        return buffer.ToArray();
    }

    /// <summary>KIP-511: who does not know the version of the ApiVersions request answers in version 0.</summary>
    private static short Answered(FakeRequest asked, IBody answer) =>
        answer is ApiVersionsResponse { ErrorCode: ErrorCode.UnsupportedVersion } ? (short)0 : asked.Version;

    private static IBody Body(Memory<byte> bytes, Api api, short version) => api.Key switch
    {
        ApiKey.ApiVersions => Body<ApiVersionsRequest>(bytes, api, version),
        ApiKey.Metadata => Body<MetadataRequest>(bytes, api, version),
        ApiKey.Fetch => Body<FetchRequest>(bytes, api, version),
        ApiKey.ListOffsets => Body<ListOffsetsRequest>(bytes, api, version),
        ApiKey.OffsetForLeaderEpoch => Body<OffsetForLeaderEpochRequest>(bytes, api, version),
        ApiKey.FindCoordinator => Body<FindCoordinatorRequest>(bytes, api, version),
        ApiKey.Heartbeat => Body<HeartbeatRequest>(bytes, api, version),
        ApiKey.DeleteTopics => Body<DeleteTopicsRequest>(bytes, api, version),
        _ => throw new IOException($"the fake does not know {api.Key}"),
    };

    private static T Body<T>(Memory<byte> bytes, Api api, short version) where T : IBody, new()
    {
        // Of an ApiVersions request in a version not known only the header is read.
        var body = new T();
        if (version <= api.MaxVersion)
        {
            var reader = new WireReader(bytes, version, api.IsFlexible(version));
            reader.Body(ref body);
        }

        return body;
    }
}
