using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Heliostat.Client;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Mirroring.Planning.Permissions;

/// <summary>
/// Who brokers take a client for, where they have no rules of their own for names (<c>sasl.kerberos.principal.to.local.rules</c>,
/// <c>ssl.principal.mapping.rules</c>).
/// </summary>
internal static class Principals
{
    /// <summary>Who logs in with neither a name nor a certificate.</summary>
    private const string Anonymous = "User:ANONYMOUS";

    /// <summary><c>User:name</c>; null where only the brokers know: for most tokens.</summary>
    public static string? Of(SecurityOptions security, TimeProvider time) => security.Sasl switch
    {
        PlainOptions plain => "User:" + plain.Username,
        ScramOptions { TokenAuth: false } scram => "User:" + scram.Username,
        GssapiOptions { Principal: { } principal } => "User:" + principal.Split('@', '/')[0],
        OAuthBearerOptions { Token: UnsecuredTokenOptions token } => Subject(token.ClaimsJson),
        null => security.Tls is not { Key: { IsNamed: true } key } ? Anonymous : Subject(key, time),
        _ => null,
    };

    private static string? Subject(string claims)
    {
        using var json = JsonDocument.Parse(claims);
        return json.RootElement.TryGetProperty("sub", out var subject) && subject.ValueKind == JsonValueKind.String
            ? "User:" + subject.GetString()
            : null;
    }

    /// <summary>As Java prints it (RFC 2253): the last part first, without blanks.</summary>
    private static string? Subject(KeyStoreOptions key, TimeProvider time)
    {
        try
        {
            return "User:" + KeyStore.Load(key, time).Certificate.SubjectName.Decode(X500DistinguishedNameFlags.Reversed
                | X500DistinguishedNameFlags.UseCommas).Replace(", ", ",", StringComparison.Ordinal);
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
