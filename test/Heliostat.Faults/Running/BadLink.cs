using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliostat.Testing.Links;

namespace Heliostat.Faults.Running;

/// <summary>
/// A way to a broker that can go wrong in every way that a network can. What it does at any moment is its <see cref="Weather"/>.
/// </summary>
internal sealed class BadLink(string? host = null) : Link(host)
{
    private readonly ConcurrentDictionary<BadConnection, bool> _live = new();

    public Weather Weather { get; } = new();

    /// <summary>What is connected now is silent for ever: neither side hears of it, and new connections work.</summary>
    public void Strand()
    {
        foreach (var connection in _live.Keys)
        {
            connection.IsStranded = true;
        }
    }

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket near, int to, CancellationToken ct)
    {
        if (Weather.OnlyAt is { } address && !address.Equals((near.LocalEndPoint as IPEndPoint)?.Address))
        {
            near.Close(0);
            return;
        }

        var connection = new BadConnection(near, Weather);
        _live[connection] = true;
        await connection.ServeAsync(to, ct);
        _live.TryRemove(connection, out _);
    }
}
