using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>A request in the oldest version of its API.</summary>
internal sealed class OldRequest<TResponse>(IRequest<TResponse> inner) : IRequest<TResponse> where TResponse : IBody, new()
{
    public Api Api => inner.Api;

    public short MinVersion => inner.MinVersion;

    public short MaxVersion => inner.Api.MinVersion;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct => inner.Layout(ref w);
}
