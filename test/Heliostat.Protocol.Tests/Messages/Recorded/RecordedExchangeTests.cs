using System.Globalization;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Messages.Recorded;

/// <summary>Frames of librdkafka, of Java clients 0.10.2 to 4.3.1, and of real brokers 0.10.2 and 4.3.1.</summary>
public sealed class RecordedExchangeTests
{
    public static TheoryData<string, short, short> Exchanges()
    {
        var data = new TheoryData<string, short, short>();
        foreach (var line in Lines())
        {
            data.Add(line[0], short.Parse(line[1], CultureInfo.InvariantCulture), short.Parse(line[2], CultureInfo.InvariantCulture));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Recorded_frames_are_read_and_written_again_byte_for_byte(string who, short key, short version)
    {
        var api = Api.ByKey((ApiKey)key)!;
        var line = Lines().Single(line => line[0] == who && line[1] == $"{key}" && line[2] == $"{version}");

        var request = Header<RequestHeader>(line[3], api.RequestHeaderVersion(version), RequestHeader.FlexibleFrom, out var header);
        Assert.Equal((key, version), (header.RequestApiKey, header.RequestApiVersion));
        Assert.Equal(Convert.ToHexString(request), Again($"{api.Key}Request", request, version));

        var response = Header<ResponseHeader>(line[4], api.ResponseHeaderVersion(version), ResponseHeader.FlexibleFrom, out var answered);
        Assert.Equal(header.CorrelationId, answered.CorrelationId);
        var again = Again($"{api.Key}Response", response, AnsweredVersion(api, response, version));
        if (api.Key == ApiKey.Fetch)
        {
            // Java brokers send a null list of aborted transactions to uncommitted reads; we read and so write an empty one.
            Assert.Equal(response.Length * 2, again.Length);
            Assert.Equal(again, Again("FetchResponse", Convert.FromHexString(again), version));
            return;
        }

        Assert.Equal(Convert.ToHexString(response), again);
    }

    /// <summary>
    /// The version of a response is its request's, but for the answer to an ApiVersions request that the broker did not know.
    /// </summary>
    private static short AnsweredVersion(Api api, byte[] response, short version) =>
        api.Key == ApiKey.ApiVersions && response is [0, (byte)ErrorCode.UnsupportedVersion, ..] ? (short)0 : version;

    private static string Again(string message, byte[] bytes, short version)
    {
        var codec = Codec.Of(message);
        var body = codec.New();
        Assert.Equal(0, codec.Read(body, bytes, version));
        return Convert.ToHexString(codec.Write(body, version));
    }

    private static byte[] Header<T>(string frame, short version, short flexibleFrom, out T header) where T : class, IBody, new()
    {
        var bytes = Convert.FromHexString(frame);
        header = new T();
        var reader = new WireReader(bytes, version, version >= flexibleFrom);
        reader.Body(ref header);
        return bytes[^reader.Remaining..];
    }

    private static IEnumerable<string[]> Lines() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Messages", "Recorded", "exchanges.txt"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '));
}
