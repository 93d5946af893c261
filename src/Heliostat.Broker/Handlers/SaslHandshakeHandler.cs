using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>SaslHandshake 0 and 1: chooses how to log in; after version 0 the tokens come as bare frames.</summary>
internal sealed class SaslHandshakeHandler : ApiHandler<SaslHandshakeRequest, SaslHandshakeResponse>
{
    protected override ValueTask<SaslHandshakeResponse?> HandleAsync(SaslHandshakeRequest request, RequestContext context,
        CancellationToken ct) =>
            new(new SaslHandshakeResponse
            {
                ErrorCode = context.Peer.Login.Begin(request.Mechanism, isRaw: context.Version == 0),
                Mechanisms = [.. context.Peer.Login.Mechanisms],
            });

    protected override SaslHandshakeResponse Refuse(SaslHandshakeRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };
}
