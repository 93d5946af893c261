using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Authentication;

/// <summary>
/// Who is at the other end of a connection, and what it may send by that (SaslServerAuthenticator). For the connection's one loop.
/// <code>
/// Open                                                       no login here
/// Awaiting --SaslHandshake--> Exchanging --last token--> LoggedIn --SaslHandshake--> Exchanging
///                                  |--refused--> Refused                   (KIP-368; the session's end admits nothing else)
/// </code>
/// </summary>
internal sealed class ConnectionLogin(IReadOnlyList<string> mechanisms, UserStore users, string user, TimeSpan maxReauth, TimeProvider time)
{
    private enum LoginState
    {
        Open,
        Awaiting,
        Exchanging,
        LoggedIn,
        Refused,
    }

    private LoginState _state = mechanisms.Count == 0 ? LoginState.Open : LoginState.Awaiting;
    private IServerExchange? _exchange;
    private string _mechanism = "";
    private bool _wasLoggedIn;
    private DateTimeOffset? _until;

    /// <summary>Who it is, as quotas name it.</summary>
    public string User { get; private set; } = user;

    /// <summary>The next frame is a bare token.</summary>
    public bool IsRaw { get; private set; }

    public IReadOnlyList<string> Mechanisms => mechanisms;

    /// <summary>Whether a request of this API is served now; otherwise the connection is to be closed.</summary>
    public bool Admits(ApiKey api) => _state switch
    {
        LoginState.Open => true,
        LoginState.Awaiting => api is ApiKey.ApiVersions or ApiKey.SaslHandshake,
        LoginState.Exchanging => api == ApiKey.SaslAuthenticate,
        LoginState.LoggedIn => _until is not { } until || time.GetUtcNow() <= until || api == ApiKey.SaslHandshake,
        _ => false,
    };

    /// <summary>A mechanism is asked for.</summary>
    public ErrorCode Begin(string mechanism, bool isRaw)
    {
        if (_state is LoginState.Open or LoginState.Exchanging or LoginState.Refused
            || (_state == LoginState.LoggedIn && (isRaw || mechanism != _mechanism)))
            return ErrorCode.IllegalSaslState;
        if (!mechanisms.Contains(mechanism) || users.Begin(mechanism) is not { } exchange) return ErrorCode.UnsupportedSaslMechanism;

        _wasLoggedIn = _state == LoginState.LoggedIn;
        _state = LoginState.Exchanging;
        _exchange = exchange;
        _mechanism = mechanism;
        IsRaw = isRaw;
        return ErrorCode.None;
    }

    /// <summary>Takes a token. A refusal is for good.</summary>
    public ServerStep Step(ReadOnlySpan<byte> token)
    {
        if (_state != LoginState.Exchanging) return ServerStep.Refuse("SaslAuthenticate request received before SaslHandshake");

        var step = _exchange!.Step(token);
        if (step.User is { } found && _wasLoggedIn && found != User)
            step = ServerStep.Refuse($"Cannot change principals during re-authentication from User:{User} to User:{found}");
        if (step.Refusal is not null)
        {
            _state = LoginState.Refused;
        }
        else if (step.User is not null)
        {
            _state = LoginState.LoggedIn;
            _exchange = null;
            IsRaw = false;
            User = step.User;
            _until = End(step.Until);
        }

        return step;
    }

    /// <summary>How long the session lasts from now on; 0 without an end.</summary>
    public long LifetimeMs =>
        _state == LoginState.LoggedIn && _until is { } until ? Math.Max(1, (long)(until - time.GetUtcNow()).TotalMilliseconds) : 0;

    private DateTimeOffset? End(DateTimeOffset? ofCredential)
    {
        if (maxReauth <= TimeSpan.Zero) return ofCredential;

        var most = time.GetUtcNow() + maxReauth;
        return ofCredential < most ? ofCredential : most;
    }
}
