using System.Text;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>
/// One GSSAPI exchange:
/// <code>
/// AP-REQ --AP-REP--> empty --layers, wrapped--> no layer and our name, wrapped --(empty)--> over
/// </code>
/// Kafka never uses a security layer, so one that does not offer "none" cannot be spoken to.
/// </summary>
internal sealed class GssapiSession(GssContext context, byte[] first, string principal, GssapiOptions options, string host) : ISaslSession
{
    private const byte NoLayer = 1;

    private bool _isAnswered;

    public ReadOnlyMemory<byte> First { get; } = first;

    /// <summary>A broker that takes raw tokens is silent after the last one.</summary>
    public bool AwaitsAnswer => !_isAnswered;

    public ReadOnlyMemory<byte>? Next(ReadOnlyMemory<byte> challenge)
    {
        try
        {
            if (_isAnswered)
            {
                return challenge.IsEmpty ? null : throw Malformed("another token after its last one");
            }

            return context.IsComplete ? ChooseLayer(challenge) : context.Step(challenge.Span);
        }
        catch (GssException failed)
        {
            throw KerberosFailures.Explain(failed, options, host);
        }
    }

    public SaslException Refused(string? brokerText) => new(
        SaslFailure.Refused,
        brokerText is null
            ? $"the broker closed the connection during the Kerberos login of {principal} at {options.ServiceName}/{host}: most likely it "
                + "refuses it"
            : $"{principal} is refused at {options.ServiceName}/{host} with GSSAPI: {Refusal.Printable(brokerText)}; see the broker's log: "
                + "a clock that is five minutes from the KDC's is refused so too");

    public void Dispose() => context.Dispose();

    private ReadOnlyMemory<byte> ChooseLayer(ReadOnlyMemory<byte> challenge)
    {
        var offer = context.Unwrap(challenge.Span);
        if (offer.Length != 4)
        {
            throw Malformed("an offer of security layers that is none");
        }

        if ((offer[0] & NoLayer) == 0)
        {
            throw Malformed("an offer that asks for a security layer, which Kafka does not have");
        }

        _isAnswered = true;
        return context.Wrap([NoLayer, 0, 0, 0, .. Encoding.UTF8.GetBytes(principal)]);
    }

    private static SaslException Malformed(string what) => new(SaslFailure.Malformed, $"the broker sent {what} (GSSAPI)");
}
