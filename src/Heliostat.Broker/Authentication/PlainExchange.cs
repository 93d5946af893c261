using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Broker.Authentication;

/// <summary>PLAIN (PlainSaslServer): one token, authorization id, user and password with a NUL between.</summary>
internal sealed class PlainExchange(UserStore users) : IServerExchange
{
    public ServerStep Step(ReadOnlySpan<byte> token)
    {
        var parts = Encoding.UTF8.GetString(token).Split('\0');
        if (parts.Length != 3) return ServerStep.Refuse($"Invalid SASL/PLAIN response: expected 3 tokens, got {parts.Length}");
        if (parts[1].Length == 0 || parts[2].Length == 0)
            return ServerStep.Refuse("Authentication failed: username or password not specified");

        var known = users.Password(parts[1]);
        var isRight = known is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(parts[2]));
        if (!isRight) return ServerStep.Refuse("Authentication failed: Invalid username or password");
        return parts[0].Length == 0 || parts[0] == parts[1]
            ? ServerStep.Done(parts[1])
            : ServerStep.Refuse("Authentication failed: Client requested an authorization id that is different from username");
    }
}
