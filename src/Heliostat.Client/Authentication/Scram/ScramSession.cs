using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Client.Authentication.Scram;

/// <summary>
/// One SCRAM exchange:
/// <code>
/// client-first --server-first--> client-final --server-final, signature good--> over
/// </code>
/// Anything else throws.
/// </summary>
internal sealed class ScramSession : ISaslSession
{
    /// <summary>Without channel binding and authorization id: what <c>c=</c> repeats as base64.</summary>
    private const string Gs2Header = "n,,";
    private const string ChannelBinding = "c=biws";

    /// <summary>Kafka's own minimum for both hashes (<c>ScramMechanism</c>): fewer would be a broker that makes guessing cheap.</summary>
    private const int FewestIterations = 4_096;

    /// <summary>A peer may not burn more processor than this asks for, about a second.</summary>
    private const int MostIterations = 1_000_000;

    private readonly ScramMechanism _mechanism;
    private readonly string _nonce;
    private readonly string _firstBare;
    private byte[]? _serverSignature;
    private bool _isOver;

    public ScramSession(ScramMechanism mechanism, string nonce, bool tokenAuth)
    {
        _mechanism = mechanism;
        _nonce = nonce;
        var name = mechanism.Identity.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={name},r={nonce}{(tokenAuth ? ",tokenauth=true" : "")}";
        First = Encoding.UTF8.GetBytes(Gs2Header + _firstBare);
    }

    public ReadOnlyMemory<byte> First { get; }

    public ReadOnlyMemory<byte>? Next(ReadOnlyMemory<byte> challenge)
    {
        var message = Encoding.UTF8.GetString(challenge.Span);
        if (_isOver)
        {
            throw Malformed("another message after its last one");
        }

        if (_serverSignature is null)
        {
            return Final(message);
        }

        Check(message);
        _isOver = true;
        return null;
    }

    public SaslException Refused(string? brokerText) => Refusal.OfUser(_mechanism, brokerText);

    public void Dispose()
    {
        if (_serverSignature is { } signature)
        {
            CryptographicOperations.ZeroMemory(signature);
        }
    }

    /// <summary>server-first: <c>r=nonce,s=salt,i=iterations</c>, perhaps with extensions behind.</summary>
    private ReadOnlyMemory<byte> Final(string serverFirst)
    {
        if (serverFirst.StartsWith("e=", StringComparison.Ordinal))
        {
            throw Refused(serverFirst[2..]);
        }

        var parts = serverFirst.Split(',');
        if (parts.Length < 3 || Value(parts[0], 'r') is not { } nonce || Value(parts[1], 's') is not { } salt
            || Value(parts[2], 'i') is not { } iterations)
        {
            throw Malformed("a first message that is none");
        }

        if (!nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
        {
            throw new SaslException(
                SaslFailure.BrokerNotProved,
                $"the broker's {_mechanism.Name} nonce does not go on from ours: somebody may have recorded another login and be replaying "
                    + "it");
        }

        var salted = _mechanism.SaltedPassword(Salt(salt), Iterations(iterations));
        var withoutProof = $"{ChannelBinding},r={nonce}";
        var authMessage = Encoding.UTF8.GetBytes($"{_firstBare},{serverFirst},{withoutProof}");
        _serverSignature = _mechanism.Keys.ServerSignature(salted, authMessage);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(_mechanism.Keys.Proof(salted, authMessage))}");
    }

    /// <summary>server-final: <c>v=signature</c>, or <c>e=error</c>.</summary>
    private void Check(string serverFinal)
    {
        if (serverFinal.StartsWith("e=", StringComparison.Ordinal))
        {
            throw Refused(serverFinal[2..]);
        }

        var signature = new byte[_serverSignature!.Length];
        if (Value(serverFinal.Split(',')[0], 'v') is not { } text)
        {
            throw Malformed("a last message without its signature");
        }

        if (!Convert.TryFromBase64String(text, signature, out var written)
            || !CryptographicOperations.FixedTimeEquals(signature.AsSpan(0, written), _serverSignature))
        {
            throw new SaslException(
                SaslFailure.BrokerNotProved,
                $"the broker could not prove that it knows the password of user '{_mechanism.Identity}' ({_mechanism.Name}): this may not "
                    + "be the broker it should be");
        }
    }

    private byte[] Salt(string text)
    {
        try
        {
            return text.Length > 0 ? Convert.FromBase64String(text) : throw Malformed("an empty salt");
        }
        catch (FormatException)
        {
            throw Malformed("a salt that is not base64");
        }
    }

    private int Iterations(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations))
        {
            throw Malformed("an iteration count that is no number");
        }

        return iterations is >= FewestIterations and <= MostIterations
            ? iterations
            : throw new SaslException(
                SaslFailure.Malformed,
                $"the broker asks for {iterations} {_mechanism.Name} iterations for user '{_mechanism.Identity}', where "
                    + $"{FewestIterations} to {MostIterations} are accepted: set the user's password again with iterations=8192");
    }

    private static string? Value(string part, char name) => part.Length >= 2 && part[0] == name && part[1] == '=' ? part[2..] : null;

    private SaslException Malformed(string what) => new(SaslFailure.Malformed, $"the broker sent {what} ({_mechanism.Name})");
}
