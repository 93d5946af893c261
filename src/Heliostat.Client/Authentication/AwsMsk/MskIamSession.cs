using System.Buffers;
using System.Text.Json;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>One exchange of <c>AWS_MSK_IAM</c>: signed JSON, and JSON with the request's id for an answer.</summary>
internal sealed class MskIamSession(byte[] payload, AwsCredentials identity, string host) : ISaslSession
{
    private const string Version = "2020_10_22";

    public ReadOnlyMemory<byte> First { get; } = payload;

    /// <summary>The fields of a signed query under their names in small letters.</summary>
    public static byte[] Encode(string host, string userAgent, IReadOnlyList<KeyValuePair<string, string>> signed)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("version", Version);
            json.WriteString("host", host);
            json.WriteString("user-agent", userAgent);
            foreach (var (name, value) in signed)
            {
                json.WriteString(name.ToLowerInvariant(), value);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    public ReadOnlyMemory<byte>? Next(ReadOnlyMemory<byte> challenge)
    {
        try
        {
            using var json = JsonDocument.Parse(challenge);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("request-id", out _))
            {
                return null;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new SaslException(SaslFailure.Malformed, "the broker's answer to AWS_MSK_IAM is not JSON with a request-id");
    }

    public SaslException Refused(string? brokerText) => new(
        SaslFailure.Refused,
        $"AWS access key {identity.AccessKeyId} of {identity.Origin} is refused at "
            + $"{host}{(brokerText is null ? ": the broker closed the connection" : $": {Refusal.Printable(brokerText)}")}; "
        + "check kafka-cluster:Connect in its policy, and this machine's clock");

    public void Dispose()
    {
    }
}
