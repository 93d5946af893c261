using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Broker.Authentication;

/// <summary>SCRAM (RFC 5802, ScramSaslServer): two tokens; the password never travels.</summary>
internal sealed class ScramExchange(UserStore users, HashAlgorithmName hash) : IServerExchange
{
    private const string Refused = "Authentication failed during authentication due to invalid credentials with SASL mechanism";

    private string _user = "";
    private string _nonce = "";
    private string _firstBare = "";
    private string _serverFirst = "";
    private ScramCredential? _credential;

    public ServerStep Step(ReadOnlySpan<byte> token)
    {
        var text = Encoding.UTF8.GetString(token);
        return _serverFirst.Length == 0 ? First(text) : Final(text);
    }

    private ServerStep First(string text)
    {
        // gs2 header: no channel binding, and perhaps an authorization id.
        var parts = text.Split(',');
        if (parts.Length < 4 || parts[0] != "n" || !parts[2].StartsWith("n=", StringComparison.Ordinal)
            || !parts[3].StartsWith("r=", StringComparison.Ordinal) || parts[3].Length < 3)
            return Refuse();

        _user = parts[2][2..].Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        _firstBare = text[(parts[0].Length + parts[1].Length + 2)..];
        _credential = users.ScramOf(_user, hash);
        if (_credential is null) return Refuse();

        _nonce = parts[3][2..] + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _serverFirst = string.Create(CultureInfo.InvariantCulture,
            $"r={_nonce},s={Convert.ToBase64String(_credential.Salt)},i={_credential.Iterations}");
        return ServerStep.Challenge(Encoding.UTF8.GetBytes(_serverFirst));
    }

    private ServerStep Final(string text)
    {
        var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return Refuse();

        // As Kafka, content with a nonce that ends in ours: librdkafka before 2.6 puts its own before it once more.
        var withoutProof = text[..proofAt];
        var fields = withoutProof.Split(',');
        var proof = new byte[_credential!.StoredKey.Length];
        if (fields.Length < 2 || !fields[0].StartsWith("c=", StringComparison.Ordinal)
            || !fields[1].EndsWith(_nonce, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(text[(proofAt + 3)..], proof, out var count) || count != proof.Length)
            return Refuse();

        var message = Encoding.UTF8.GetBytes($"{_firstBare},{_serverFirst},{withoutProof}");
        return _credential.Proves(proof, message)
            ? ServerStep.Done(_user, Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(_credential.Sign(message))}"))
            : Refuse();
    }

    private ServerStep Refuse() => ServerStep.Refuse($"{Refused} SCRAM-{hash.Name!.Replace("SHA", "SHA-", StringComparison.Ordinal)}");
}
