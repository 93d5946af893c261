using System.Security.Cryptography;

namespace Heliostat.Broker.Authentication;

/// <summary>The users of a cluster, and the exchanges that they may log in with.</summary>
internal sealed class UserStore(IReadOnlyDictionary<string, string> passwords, TimeProvider time)
{
    private readonly Dictionary<string, ScramCredential> _sha256 = Credentials(passwords, HashAlgorithmName.SHA256);
    private readonly Dictionary<string, ScramCredential> _sha512 = Credentials(passwords, HashAlgorithmName.SHA512);

    /// <summary>The mechanisms that there are.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"];

    public string? Password(string user) => passwords.GetValueOrDefault(user);

    public ScramCredential? Scram(string user, HashAlgorithmName hash) => (hash == HashAlgorithmName.SHA256 ? _sha256 : _sha512).GetValueOrDefault(user);

    public IServerExchange? Begin(string mechanism) => mechanism switch
    {
        "PLAIN" => new PlainExchange(this),
        "SCRAM-SHA-256" => new ScramExchange(this, HashAlgorithmName.SHA256),
        "SCRAM-SHA-512" => new ScramExchange(this, HashAlgorithmName.SHA512),
        "OAUTHBEARER" => new BearerExchange(time),
        _ => null,
    };

    private static Dictionary<string, ScramCredential> Credentials(IReadOnlyDictionary<string, string> passwords, HashAlgorithmName hash) =>
        passwords.ToDictionary(user => user.Key, user => ScramCredential.Of(user.Value, hash), StringComparer.Ordinal);
}
