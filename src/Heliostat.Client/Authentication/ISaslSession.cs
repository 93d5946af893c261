namespace Heliostat.Client.Authentication;

/// <summary>
/// The client's half of one exchange. <see cref="First"/> is sent; each token of the broker, the empty one of its last answer too, goes to
/// <see cref="Next"/>, and what that gives is sent. Null ends it: only then has a mechanism that proves the broker seen the proof.
/// </summary>
public interface ISaslSession : IDisposable
{
    /// <summary>The first token; may be empty, never absent.</summary>
    ReadOnlyMemory<byte> First { get; }

    /// <summary>
    /// False when a broker that takes raw tokens (SaslHandshake v0) says nothing to the token given last: GSSAPI's third.
    /// </summary>
    bool AwaitsAnswer => true;

    /// <summary>
    /// What to send for the broker's token, perhaps an empty one; null: all is sent and checked. Never blocks. Throws
    /// <see cref="SaslException"/> when the token is wrong or a refusal.
    /// </summary>
    ReadOnlyMemory<byte>? Next(ReadOnlyMemory<byte> challenge);

    /// <summary>
    /// The same failure in words that say whose identity was refused: for the code and text that end a login. <paramref name="brokerText"/>
    /// is the broker's own text, null when it just closed the connection.
    /// </summary>
    SaslException Refused(string? brokerText);
}
