using System.Text;
using System.Text.Json;

namespace Heliostat.Broker.Authentication;

/// <summary>AWS_MSK_IAM: one token, a signed query as JSON under names in small letters, answered with the id of a request.</summary>
internal sealed class IamExchange(IamSignature signature) : IServerExchange
{
    private const string Version = "2020_10_22";
    private const string RequestId = "00000000-0000-0000-0000-000000000000";

    public ServerStep Step(ReadOnlySpan<byte> token) => Read(token) is var (user, _)
        ? ServerStep.Done(user, Encoding.ASCII.GetBytes($$"""{"version":"{{Version}}","request-id":"{{RequestId}}"}"""))
        : ServerStep.Refuse($"[{RequestId}]: Access denied");

    private (string User, DateTimeOffset Until)? Read(ReadOnlySpan<byte> token)
    {
        try
        {
            var given = new Dictionary<string, string>();
            using var json = JsonDocument.Parse(token.ToArray());
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Value.GetString() is not { } value || !given.TryAdd(property.Name, value)) return null;
            }

            if (!given.Remove("version", out var version) || version != Version || !given.Remove("host", out var host)
                || !given.Remove("user-agent")) return null;

            var names = IamSignature.Fields.ToDictionary(name => name.ToLowerInvariant());
            return given.Keys.All(names.ContainsKey)
                ? signature.Check(host, given.ToDictionary(field => names[field.Key], field => field.Value))
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
