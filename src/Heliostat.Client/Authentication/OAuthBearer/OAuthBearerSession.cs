using System.Text;

namespace Heliostat.Client.Authentication.OAuthBearer;

/// <summary>
/// One OAUTHBEARER exchange. A broker refuses a token with JSON in an answer that is no error; it has to be acknowledged with one byte, and
/// only then comes the error.
/// </summary>
internal sealed class OAuthBearerSession : ISaslSession
{
    private static readonly byte[] Acknowledgement = [1];

    private readonly BearerToken _token;
    private string? _refusal;

    public OAuthBearerSession(BearerToken token, SaslExtensions extensions)
    {
        _token = token;
        var message = new StringBuilder("n,,\x01").Append("auth=Bearer ").Append(token.Value.Reveal()).Append('\x01');
        foreach (var (name, value) in extensions.Entries)
        {
            message.Append(name).Append('=').Append(value).Append('\x01');
        }

        First = Encoding.UTF8.GetBytes(message.Append('\x01').ToString());
    }

    public ReadOnlyMemory<byte> First { get; }

    public ReadOnlyMemory<byte>? Next(ReadOnlyMemory<byte> challenge)
    {
        if (_refusal is not null)
        {
            throw Refused(null);
        }

        if (challenge.IsEmpty)
        {
            return null;
        }

        _refusal = Encoding.UTF8.GetString(challenge.Span);
        return Acknowledgement;
    }

    public SaslException Refused(string? brokerText) => new(
        SaslFailure.Refused,
        (brokerText ?? _refusal) is { } text
            ? $"the broker refuses {_token.Describe()}: {Refusal.Printable(text)}; check issuer, audience and scope against what the "
                + "broker expects"
            : $"the broker closed the connection on {_token.Describe()}: most likely it refuses it");

    public void Dispose()
    {
    }
}
