using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>SaslAuthenticate 0 to 2: one token of a login.</summary>
internal sealed class SaslAuthenticateHandler : ApiHandler<SaslAuthenticateRequest, SaslAuthenticateResponse>
{
    protected override ValueTask<SaslAuthenticateResponse?> HandleAsync(SaslAuthenticateRequest request, RequestContext context,
        CancellationToken ct)
    {
        var login = context.Peer.Login;
        if (login.Mechanisms.Count == 0)
        {
            return new(new SaslAuthenticateResponse
            {
                ErrorCode = ErrorCode.IllegalSaslState,
                ErrorMessage = "SaslAuthenticate request received after successful authentication",
            });
        }

        var step = login.Step(request.AuthBytes.Span);
        return new(step.Refusal is { } why
            ? new SaslAuthenticateResponse { ErrorCode = ErrorCode.SaslAuthenticationFailed, ErrorMessage = why }
            : new SaslAuthenticateResponse { AuthBytes = step.Token, ErrorMessage = null, SessionLifetimeMs = login.LifetimeMs });
    }

    protected override SaslAuthenticateResponse Refuse(SaslAuthenticateRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };
}
