using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>AWS Signature Version 4 in the query of a GET with no other header than <c>host</c>.</summary>
/// <param name="Service"><c>kafka-cluster</c>, <c>sts</c>.</param>
/// <param name="Region"><c>eu-west-1</c>.</param>
internal sealed record SigV4(string Service, string Region)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    private const string EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>The query with everything that signing adds, encoded, the signature last.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Presign(
        string host, string path, IEnumerable<KeyValuePair<string, string>> query, AwsCredentials credentials, DateTimeOffset now,
        TimeSpan life, string payloadHash = EmptyPayload)
    {
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{date[..8]}/{Region}/{Service}/aws4_request";
        List<KeyValuePair<string, string>> all =
        [
            .. query,
            new("X-Amz-Algorithm", Algorithm),
            new("X-Amz-Credential", $"{credentials.AccessKeyId}/{scope}"),
            new("X-Amz-Date", date),
            new("X-Amz-Expires", ((long)life.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            new("X-Amz-SignedHeaders", "host"),
        ];
        if (!credentials.SessionToken.IsEmpty)
        {
            all.Add(new("X-Amz-Security-Token", credentials.SessionToken.Reveal()));
        }

        all.Sort(static (left, right) => string.CompareOrdinal(Uri.EscapeDataString(left.Key), Uri.EscapeDataString(right.Key)));
        var canonical = $"GET\n{path}\n{Query(all)}\nhost:{host}\n\nhost\n{payloadHash}";
        var toSign = $"{Algorithm}\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        all.Add(new("X-Amz-Signature", Hex(Hmac(Key(credentials.SecretAccessKey, date[..8]), toSign))));
        return all;
    }

    public static string Query(IEnumerable<KeyValuePair<string, string>> query) =>
        string.Join('&', query.Select(entry => $"{Uri.EscapeDataString(entry.Key)}={Uri.EscapeDataString(entry.Value)}"));

    /// <summary>The key of one day, region and service.</summary>
    internal byte[] Key(Secret secret, string day) =>
        Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + secret.Reveal()), day), Region), Service), "aws4_request");

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
