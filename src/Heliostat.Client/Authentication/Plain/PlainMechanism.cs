using System.Net;
using System.Text;

namespace Heliostat.Client.Authentication.Plain;

/// <summary>PLAIN (RFC 4616): user and password as they are, without an authorization id, as Java sends them.</summary>
internal sealed class PlainMechanism : ISaslMechanism
{
    private readonly byte[] _token;

    public PlainMechanism(PlainOptions options)
    {
        Identity = options.Username;
        var password = options.Password.Reveal();
        if (options.Username.Length == 0 || password.Length == 0)
        {
            throw new SaslException(SaslFailure.NoCredential,
                "PLAIN needs a username and a password that are not empty: see sasl.jaas.config");
        }

        // The separator is a NUL; with one more in a name the broker would read another user.
        if (options.Username.Contains('\0') || password.Contains('\0'))
        {
            throw new SaslException(SaslFailure.NoCredential,
                "the username or the password for PLAIN holds a NUL character, which PLAIN cannot carry");
        }

        _token = Encoding.UTF8.GetBytes($"\0{options.Username}\0{password}");
    }

    public string Name => "PLAIN";

    public string Identity { get; }

    public ValueTask<ISaslSession> BeginAsync(DnsEndPoint broker, CancellationToken ct) =>
        ValueTask.FromResult<ISaslSession>(new Session(this));

    private sealed class Session(PlainMechanism mechanism) : ISaslSession
    {
        public ReadOnlyMemory<byte> First => mechanism._token;

        public ReadOnlyMemory<byte>? Next(ReadOnlyMemory<byte> challenge) => challenge.IsEmpty
            ? null
            : throw new SaslException(SaslFailure.Malformed,
                $"the broker answered PLAIN with a token of {challenge.Length} bytes, where none is expected");

        public SaslException Refused(string? brokerText) => Refusal.OfUser(mechanism, brokerText);

        public void Dispose()
        {
        }
    }
}
