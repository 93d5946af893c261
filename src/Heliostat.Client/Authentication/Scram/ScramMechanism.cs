using System.Net;
using System.Security.Cryptography;

namespace Heliostat.Client.Authentication.Scram;

/// <summary>SCRAM (RFC 5802, RFC 7677): neither side shows the password, and the broker proves that it has it.</summary>
internal sealed class ScramMechanism : ISaslMechanism
{
    private const int NonceBytes = 24;

    private readonly Lock _gate = new();
    private readonly ScramOptions _options;
    private readonly Func<string> _nonce;
    private (byte[] Salt, int Iterations, byte[] Salted)? _last;

    /// <param name="options">User and password.</param>
    /// <param name="nonce">What gives nonces; random ones unless a test needs a certain one.</param>
    public ScramMechanism(ScramOptions options, Func<string>? nonce = null)
    {
        _options = options;
        _nonce = nonce ?? RandomNonce;
        Keys = new ScramKeys(options.Hash);
        if (options.Username.Length == 0 || options.Password.IsEmpty)
        {
            throw new SaslException(SaslFailure.NoCredential,
                $"{Name} needs a username and a password that are not empty: see sasl.jaas.config");
        }
    }

    public string Name => _options.Mechanism;

    public string Identity => _options.Username;

    internal ScramKeys Keys { get; }

    public ValueTask<ISaslSession> BeginAsync(DnsEndPoint broker, CancellationToken ct) =>
        ValueTask.FromResult<ISaslSession>(new ScramSession(this, _nonce(), _options.TokenAuth));

    /// <summary>
    /// The salted password, remembered for the salt it was made with: a user has one salt per cluster, and hundreds of connections then
    /// cost an HMAC each.
    /// </summary>
    internal byte[] SaltedPassword(byte[] salt, int iterations)
    {
        lock (_gate)
        {
            if (_last is { } last && last.Iterations == iterations && last.Salt.AsSpan().SequenceEqual(salt))
            {
                return last.Salted;
            }
        }

        var salted = Keys.SaltedPassword(_options.Password.Reveal(), salt, iterations);
        lock (_gate)
        {
            _last = (salt, iterations, salted);
        }

        return salted;
    }

    private static string RandomNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
}
