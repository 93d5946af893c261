namespace Heliostat.Broker.Authentication;

/// <summary>What a token led to: something to send and more to come, a user, or a refusal.</summary>
/// <param name="Token">What is sent.</param>
/// <param name="User">Who it is; null while that is open.</param>
/// <param name="Refusal">Why nobody is let in; null when that is open.</param>
/// <param name="Until">When what was shown ends; null for never.</param>
internal readonly record struct ServerStep(ReadOnlyMemory<byte> Token, string? User, string? Refusal, DateTimeOffset? Until)
{
    public static ServerStep Challenge(byte[] token) => new(token, null, null, null);

    public static ServerStep Done(string user, byte[]? token = null, DateTimeOffset? until = null) => new(token ?? [], user, null, until);

    public static ServerStep Refuse(string why) => new(ReadOnlyMemory<byte>.Empty, null, why, null);
}
