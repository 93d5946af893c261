using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>Serves one API, in the versions that it advertises.</summary>
internal interface IApiHandler
{
    Api Api { get; }

    short MinVersion { get; }

    short MaxVersion { get; }

    /// <summary>Reads the request, serves it and sends the answer.</summary>
    /// <param name="frame">The whole request from its header on; valid until the context releases it.</param>
    /// <param name="context">Where it came from.</param>
    /// <param name="ct">Set when the connection closes.</param>
    ValueTask ServeAsync(Memory<byte> frame, RequestContext context, CancellationToken ct);
}
