using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Broker.Authentication;

/// <summary>
/// AWS Signature Version 4 in a query, as brokers of Amazon MSK take it for a login: who knows the secret access key has signed the action
/// <c>kafka-cluster:Connect</c> for a short while. The users are access keys, and their passwords the secret ones. Nothing is asked of AWS,
/// so that the token of a temporary identity is signed and otherwise not looked at.
/// </summary>
internal sealed class IamSignature(UserStore users, TimeProvider time)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const int MostSeconds = 900;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly string[] Needed =
        ["Action", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];

    /// <summary>The fields that are signed or sign, by their names in a query.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. Needed, "X-Amz-Security-Token"];

    /// <summary>
    /// Who signed it and how long it counts; null when it is not signed so, by nobody who is known, or not of the present.
    /// </summary>
    /// <param name="host">The host that was signed.</param>
    /// <param name="query">The query's fields, decoded.</param>
    public (string User, DateTimeOffset Until)? Check(string host, IReadOnlyDictionary<string, string> query)
    {
        if (Needed.Any(name => !query.ContainsKey(name)) || query.Keys.Except(Fields).Any() || query["Action"] != "kafka-cluster:Connect"
            || query["X-Amz-Algorithm"] != Algorithm || query["X-Amz-SignedHeaders"] != "host")
            return null;

        return query["X-Amz-Credential"].Split('/') is [var key, var day, var region, "kafka-cluster", "aws4_request"]
            && users.Password(key) is { } secret && Until(query, day) is { } until && IsSigned(host, query, secret, day, region)
            ? (key, until)
            : null;
    }

    private DateTimeOffset? Until(IReadOnlyDictionary<string, string> query, string day)
    {
        var now = time.GetUtcNow();
        return DateTimeOffset.TryParseExact(query["X-Amz-Date"], DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var signed)
            && query["X-Amz-Date"].StartsWith(day, StringComparison.Ordinal)
            && int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= MostSeconds
            && signed <= now + Skew && signed.AddSeconds(seconds) > now
            ? signed.AddSeconds(seconds)
            : null;
    }

    private static bool IsSigned(string host, IReadOnlyDictionary<string, string> query, string secret, string day, string region)
    {
        var fields = query.Where(field => field.Key != "X-Amz-Signature").OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}");
        var canonical = $"GET\n/\n{string.Join('&', fields)}\nhost:{host}\n\nhost\n{Hash("")}";
        var toSign = $"{Algorithm}\n{query["X-Amz-Date"]}\n{day}/{region}/kafka-cluster/aws4_request\n{Hash(canonical)}";
        var key = new[] { day, region, "kafka-cluster", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Mac);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Mac(key, toSign))),
            Encoding.UTF8.GetBytes(query["X-Amz-Signature"]));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
